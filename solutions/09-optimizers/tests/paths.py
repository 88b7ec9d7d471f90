"""Makes paths.toml: where the optimizers of PyTorch and optax are on two surfaces, in double precision.

Nothing of the project runs or needs this. To make the file anew, in a virtual environment:

    pip install torch==2.15.0 optax==0.2.8 jax==0.10.2
    python paths.py > paths.toml

PyTorch has all of them but LAMB. Gradients come from the frameworks' own differentiation of the surfaces' heights.
"""

import jax
import jax.numpy as jnp
import optax
import torch

jax.config.update("jax_enable_x64", True)

SHOWN = [*range(0, 11), *range(15, 61, 5)]

SURFACES = {
    "ravine": (lambda x, y: (x * x + 20 * y * y) / 2, (2.0, 1.5)),
    "rosenbrock": (lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2, (-1.2, 1.0)),
}

# Learning rates on the ravine and on Rosenbrock's valley; all else is what the Rust constructors set.
TORCH = {
    "plain": ((0.03, 0.001), lambda w, lr: torch.optim.SGD(w, lr=lr)),
    "momentum": ((0.013, 0.0005), lambda w, lr: torch.optim.SGD(w, lr=lr, momentum=0.9)),
    "nesterov": ((0.013, 0.0005), lambda w, lr: torch.optim.SGD(w, lr=lr, momentum=0.9, nesterov=True)),
    "rmsprop": ((0.05, 0.01), lambda w, lr: torch.optim.RMSprop(w, lr=lr, alpha=0.99, eps=1e-8)),
    "adam": ((0.1, 0.1), lambda w, lr: torch.optim.Adam(w, lr=lr, betas=(0.9, 0.999), eps=1e-8)),
    "adamw": ((0.1, 0.1), lambda w, lr: torch.optim.AdamW(w, lr=lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)),
}
LAMB = (0.1, 0.02), lambda lr: optax.lamb(lr, b1=0.9, b2=0.999, eps=1e-6, weight_decay=0.01)


def torch_path(height, start, make, rate):
    weights = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = make([weights], rate)
    path = [weights.tolist()]
    for _ in range(SHOWN[-1]):
        optimizer.zero_grad()
        height(weights[0], weights[1]).backward()
        optimizer.step()
        path.append(weights.tolist())
    return path


def optax_path(height, start, make, rate):
    weights = jnp.array(start, dtype=jnp.float64)
    optimizer = make(rate)
    state = optimizer.init(weights)
    slopes = jax.grad(lambda weights: height(weights[0], weights[1]))
    path = [weights.tolist()]
    for _ in range(SHOWN[-1]):
        updates, state = optimizer.update(slopes(weights), state, weights)
        weights = optax.apply_updates(weights, updates)
        path.append(weights.tolist())
    return path


def show(optimizer, surface, rate, path):
    print(f'\n[[path]]\noptimizer = "{optimizer}"\nsurface = "{surface}"\nlearning_rate = {rate}\npoints = [')
    for step in SHOWN:
        print(f"    {{ step = {step}, x = {path[step][0]!r}, y = {path[step][1]!r} }},")
    print("]")


versions = f"PyTorch {torch.__version__.split('+')[0]}, optax {optax.__version__} (LAMB), jax {jax.__version__}"
print(f"# Made by paths.py with {versions}, in double precision.")
for at, (surface, (height, start)) in enumerate(SURFACES.items()):
    for optimizer, (rates, make) in TORCH.items():
        show(optimizer, surface, rates[at], torch_path(height, start, make, rates[at]))
    rates, make = LAMB
    show("lamb", surface, rates[at], optax_path(height, start, make, rates[at]))
