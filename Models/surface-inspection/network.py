"""The network: a small MobileNet of depthwise separable blocks with shortcuts, in JAX, and its export to ONNX.

Activations are NHWC while training, so that a 1x1 convolution is a matrix product and a depthwise one is nine
shifted products: both are quick on a CPU. The exported graph is NCHW with batch normalisation folded away.
"""

from collections import namedtuple

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from render import MEAN, STD

EPSILON = 1e-3
STEM = 16
Block = namedtuple("Block", "inputs outputs stride")
BLOCKS = [Block(*b) for b in [(16, 24, 2), (24, 24, 1), (24, 48, 2), (48, 48, 1), (48, 96, 2), (96, 96, 1), (96, 96, 1),
                              (96, 192, 2), (192, 192, 1)]]
TAP = 3  # the block, at an eighth of the resolution, that is shown where the defect is


# Parameters. A layer is {weight, scale, bias}; its running statistics {mean, variance} are kept apart.

def initialise(rng, classes):
    def layer(shape, fan_in):
        weight = rng.standard_normal(shape) * np.sqrt(2 / fan_in)
        return {"weight": jnp.float32(weight), "scale": jnp.ones(shape[-1]), "bias": jnp.zeros(shape[-1])}

    layers = [layer((27, STEM), 27)]
    for block in BLOCKS:
        layers += [layer((9, block.inputs), 9), layer((block.inputs, block.outputs), block.inputs)]
    def head(features):
        return {"weight": jnp.float32(rng.standard_normal((features, classes)) * .01), "bias": jnp.zeros(classes)}

    statistics = [{"mean": jnp.zeros_like(l["bias"]), "variance": jnp.ones_like(l["bias"])} for l in layers]
    helpers = [head(BLOCKS[TAP].outputs), head(BLOCKS[-1].outputs)]
    return {"layers": layers, "head": head(BLOCKS[-1].outputs), "helpers": helpers}, statistics


# The forward pass.

def windows(x, stride):
    """The nine shifted copies of x that a 3x3 convolution with padding 1 multiplies."""
    height, width = x.shape[1:3]
    padded = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    return [padded[:, i:i + height:stride, j:j + width:stride] for i in range(3) for j in range(3)]


def forward(parameters, statistics, x, training):
    """Logits of normalised NHWC images; logits of every cell of two feature maps, which only help to learn; and the
    statistics of the batch (the given ones when not training)."""
    layers, seen = iter(zip(parameters["layers"], statistics)), []

    def normalised(layer, known, x):
        if training:
            mean = x.mean((0, 1, 2))
            known = {"mean": mean, "variance": jnp.maximum((x * x).mean((0, 1, 2)) - mean * mean, 0)}
        seen.append(known)
        return (x - known["mean"]) * (layer["scale"] * jax.lax.rsqrt(known["variance"] + EPSILON)) + layer["bias"]

    layer, known = next(layers)
    x = jax.nn.relu(normalised(layer, known, jnp.concatenate(windows(x, 2), -1) @ layer["weight"]))
    maps = []
    for block in BLOCKS:
        layer, known = next(layers)
        y = sum(w * k for w, k in zip(windows(x, block.stride), layer["weight"]))
        y = jax.nn.relu(normalised(layer, known, y))
        layer, known = next(layers)
        y = normalised(layer, known, y @ layer["weight"])
        x = jax.nn.relu(x + y if y.shape == x.shape else y)
        maps.append(x)
    linear = lambda x, head: x @ head["weight"] + head["bias"]
    cell_logits = [linear(maps[at], head) for at, head in zip((TAP, -1), parameters["helpers"])]
    return linear(x.mean((1, 2)), parameters["head"]), cell_logits, seen


def loss(parameters, statistics, x, labels, touched, smoothing=.05):
    """Cross entropy of the image's class plus that of the cells: the defect's class where it is, ok (0) elsewhere.
    Being told where the defect is, not only that there is one, makes it quick to learn."""
    logits, cell_logits, seen = forward(parameters, statistics, x, True)
    classes = logits.shape[-1]
    target = jax.nn.one_hot(labels, classes) * (1 - smoothing) + smoothing / classes
    whole = total = -(target * jax.nn.log_softmax(logits)).sum(-1).mean()
    for cells in cell_logits:
        count, side = cells.shape[0], touched.shape[1] // cells.shape[1]
        here = touched.reshape(count, cells.shape[1], side, cells.shape[2], side).any((2, 4))
        cell_labels = jnp.where(here, labels[:, None, None], 0)
        entropy = -jnp.take_along_axis(jax.nn.log_softmax(cells), cell_labels[..., None], -1)[..., 0]
        weight = jnp.where(here, 8, 1)
        total += (entropy * weight).sum() / weight.sum()
    return total, (seen, whole, (logits.argmax(-1) == labels).mean())


@jax.jit
def train_step(parameters, statistics, moments, step, rate, images, gain, offset, labels, touched):
    """One AdamW step. `images` are uint8; gain and offset (batch x 1 x 1 x 3) vary exposure and white balance."""
    x = ((images / 255. - .5) * gain + .5 + offset - MEAN) / STD
    gradient, (seen, value, accuracy) = jax.grad(loss, has_aux=True)(parameters, statistics, x, labels, touched)
    tree = jax.tree_util.tree_map
    statistics = tree(lambda old, new: .97 * old + .03 * new, statistics, seen)
    first = tree(lambda m, g: .9 * m + .1 * g, moments[0], gradient)
    second = tree(lambda m, g: .99 * m + .01 * g * g, moments[1], gradient)

    def update(p, m, v):
        direction = m / (1 - .9 ** step) / (jnp.sqrt(v / (1 - .99 ** step)) + 1e-8)
        return p - rate * (direction + (.02 * p if p.ndim > 1 else 0))

    return tree(update, parameters, first, second), statistics, (first, second), value, accuracy


# Export.

def to_onnx(parameters, statistics, labels, size):
    """The inference graph: image [N,3,size,size] to logits [N,classes]; convolutions, additions and one Gemm."""
    nodes, constants = [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name))
        return name

    def folded(layer, known):
        scale = np.asarray(layer["scale"]) / np.sqrt(np.asarray(known["variance"]) + EPSILON)
        return np.asarray(layer["weight"]) * scale, np.asarray(layer["bias"]) - np.asarray(known["mean"]) * scale

    def conv(name, x, weight, bias, **attributes):
        inputs = [x, constant(name + ".weight", weight), constant(name + ".bias", bias)]
        nodes.append(helper.make_node("Conv", inputs, [name], name, **attributes))
        return name

    def relu(x):
        nodes.append(helper.make_node("Relu", [x], [x + ".relu"], x + ".relu"))
        return x + ".relu"

    layers = iter(folded(*pair) for pair in zip(parameters["layers"], statistics))
    weight, bias = next(layers)
    square = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    x = relu(conv("stem", "image", weight.reshape(3, 3, 3, STEM).transpose(3, 2, 0, 1), bias, strides=[2, 2], **square))
    for number, block in enumerate(BLOCKS, 1):
        weight, bias = next(layers)
        kernel = weight.T.reshape(block.inputs, 1, 3, 3)
        stride = [block.stride, block.stride]
        y = relu(conv(f"block{number}.depthwise", x, kernel, bias, strides=stride, group=block.inputs, **square))
        weight, bias = next(layers)
        y = conv(f"block{number}.pointwise", y, weight.T[:, :, None, None], bias, kernel_shape=[1, 1])
        if block.stride == 1 and block.inputs == block.outputs:
            nodes.append(helper.make_node("Add", [y, x], [f"block{number}.sum"], f"block{number}.sum"))
            y = f"block{number}.sum"
        x = relu(y)
    head = [constant("head.weight", parameters["head"]["weight"]), constant("head.bias", parameters["head"]["bias"])]
    nodes += [helper.make_node("GlobalAveragePool", [x], ["pooled"], "pool"),
              helper.make_node("Flatten", ["pooled"], ["features"], "flatten", axis=1),
              helper.make_node("Gemm", ["features", *head], ["logits"], "head")]

    graph = helper.make_graph(
        nodes, "surface-inspection",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, size, size])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", len(labels)])], constants)
    model = helper.make_model(graph, producer_name="millrace", producer_version="1", ir_version=8,
                              opset_imports=[helper.make_opsetid("", 17)])
    model.doc_string = ("Surface inspection of machined parts. Trained by Models/surface-inspection/train.py of Millrace "
                        "on parts rendered by render.py; no photographs and no other data went into it.")
    helper.set_model_props(model, {
        "producer": "millrace",
        "labels": ",".join(labels),
        "description": "Is a machined part ok, scratched, dented, stained, or missing a hole?",
        "input": "RGB / 255, minus the ImageNet mean (.485,.456,.406), over its deviation (.229,.224,.225); NCHW",
    })
    onnx.checker.check_model(model, full_check=True)
    return model
