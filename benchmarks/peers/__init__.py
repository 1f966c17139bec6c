"""Other tools, each in an environment of its own, asked the questions that splitaudit is asked."""
