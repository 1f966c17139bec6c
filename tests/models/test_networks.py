import numpy as np
import pytest

torch = pytest.importorskip("torch")

from splitaudit.errors import ConfigError, NotApplicable  # noqa: E402
from splitaudit.models.networks import Network, Shape  # noqa: E402
from splitaudit.models.recipe import HEADS, NETWORKS, Recipe  # noqa: E402

IMAGE = (6, 5, 2)


def shape_for(network, *, n_classes=3, n_timesteps=16):
    image = IMAGE if network == "convlstm" else None
    return Shape(n_timesteps=n_timesteps, n_channels=60 if image else 4, n_classes=n_classes, image=image)


def said(network, shape, n=5, seed=0):
    X = np.random.default_rng(seed).normal(size=(n, shape.n_timesteps, shape.n_channels)).astype(np.float32)
    network.parts.eval()
    return network(torch.from_numpy(X)).detach().numpy()


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("n_timesteps", [1, 3, 16, 70])
def test_every_network_gives_probabilities_whatever_the_length(name, n_timesteps):
    shape = shape_for(name, n_timesteps=n_timesteps)
    out = said(Network(Recipe(network=name, hidden=4), shape), shape)
    assert out.shape == (5, 3)
    assert np.allclose(np.exp(out).sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_weight_of_every_network_is_trained(name):
    shape = shape_for(name)
    network = Network(Recipe(network=name, hidden=4, layers=2), shape)
    X = torch.randn(6, shape.n_timesteps, shape.n_channels)
    torch.nn.functional.nll_loss(network(X), torch.arange(6) % 3).backward()
    for weight, values in network.parts.named_parameters():
        assert values.grad is not None, weight
        assert torch.isfinite(values.grad).all(), weight


def test_the_reference_is_one_bidirectional_layer_with_a_linear_softmax_head():
    network = Network(Recipe(), Shape(n_timesteps=32, n_channels=9, n_classes=6))
    body, head = network.parts["body"], network.parts["head"]
    assert isinstance(body, torch.nn.LSTM)
    assert (body.num_layers, body.bidirectional, body.input_size, body.hidden_size) == (1, True, 9, 64)
    assert isinstance(head, torch.nn.Linear)
    assert (head.in_features, head.out_features) == (128, 6)


def test_long_windows_are_stacked_without_losing_a_sample():
    network = Network(Recipe(max_steps=8), Shape(n_timesteps=30, n_channels=2, n_classes=2))
    X = torch.arange(60.0).reshape(1, 30, 2)
    stacked = network._stack(X)
    assert stacked.shape == (1, 8, 8)
    assert torch.equal(stacked.flatten()[:60], X.flatten())
    assert not stacked.flatten()[60:].any()


def test_image_windows_can_be_read_by_convolutions():
    shape = Shape(n_timesteps=3, n_channels=60, n_classes=2, image=IMAGE)
    network = Network(Recipe(network="cnn_lstm", hidden=4), shape)
    frames = network._frames(torch.arange(180.0).reshape(1, 3, 60))
    assert frames.shape == (1, 3, 2, 6, 5)
    assert frames[0, 1, :, 0, 0].tolist() == [60.0, 61.0]  # the channels of the first pixel of the second frame
    assert said(network, shape).shape == (5, 2)


def test_a_sigmoid_is_the_softmax_of_its_score_and_nothing():
    shape = shape_for("bilstm", n_classes=2)
    network = Network(Recipe(head="sigmoid", hidden=4), shape)
    assert np.allclose(np.exp(said(network, shape)).sum(axis=1), 1, atol=1e-6)
    with pytest.raises(NotApplicable, match="two classes apart, not 3"):
        Network(Recipe(head="sigmoid"), shape_for("bilstm"))


@pytest.mark.parametrize("n_classes", [2, 4])
def test_a_softmax_of_one_unit_says_one_thing_and_learns_nothing(n_classes):
    shape = shape_for("bilstm", n_classes=n_classes)
    network = Network(Recipe(head="one_unit", hidden=4), shape)
    assert (said(network, shape, n=40).argmax(axis=1) == 1).all()
    X = torch.randn(6, shape.n_timesteps, shape.n_channels)
    torch.nn.functional.nll_loss(network(X), torch.arange(6) % n_classes).backward()
    assert all(not values.grad.any() for values in network.parts.parameters() if values.grad is not None)


def test_a_spectrogram_does_not_see_where_in_time_a_tone_begins():
    shape = Shape(n_timesteps=64, n_channels=1, n_classes=2)
    network = Network(Recipe(network="spectrogram", hidden=4), shape)
    at = torch.arange(64.0) * 2 * np.pi / 4
    tones = torch.stack([torch.sin(at), torch.sin(at + 1.3)])[:, :, None]
    power = network._log_power(tones).exp()  # 9 bins and the mean
    assert power.shape == (2, 7, 10)
    assert torch.allclose(power[0, :, 4], power[1, :, 4], rtol=0.05)  # 16 samples per frame, a period of 4


def test_a_convlstm_needs_images():
    with pytest.raises(NotApplicable, match="needs image windows"):
        Network(Recipe(network="convlstm"), shape_for("bilstm"))


@pytest.mark.parametrize(
    ("wrong", "said_of_it"),
    [
        ({"network": "bilsm"}, "did you mean 'bilstm'"),
        ({"optimiser": "rmsprop"}, "expected one of adam, sgd"),
        ({"head": "dense"}, f"expected one of {', '.join(HEADS)}"),
        ({"hidden": 0}, "at least 1"),
        ({"dropout": 1.0}, "expected shares"),
        ({"length": 0.0}, "expected shares"),
        ({"learning_rate": 0.0}, "expected numbers above 0"),
    ],
)
def test_wrong_recipes_are_refused(wrong, said_of_it):
    with pytest.raises(ConfigError, match=said_of_it):
        Recipe(**wrong)
