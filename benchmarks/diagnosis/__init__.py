"""The diagnosis: measure the zoo, learn likelihood ratios from it, and score them on bases they have not seen."""
