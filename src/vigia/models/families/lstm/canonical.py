"""An ONNX graph with names and an order that its content alone decides.

TensorFlow numbers what it builds by all that the process built before, so the same network is written in other bytes
by another process. A release is named by its bytes; so names are given anew, in an order of what nodes compute.
"""

import hashlib
import heapq
from collections.abc import Iterable

import onnx

ROWS = "rows"
"""Name of a size that is open: that of the batch."""


def canonical(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph with weights and nodes in an order of their content, named by their place in it.

    Inputs and outputs of the graph keep their names. A node is told by its operation, its attributes and what it is
    computed from; nodes that are told alike compute the same, whatever their order. Graphs inside nodes are not named
    anew, and open sizes are all taken for the batch.
    """
    out = onnx.ModelProto()
    out.CopyFrom(model)
    graph = out.graph
    told = {each.name: _digest([each.name.encode()]) for each in graph.input}
    told |= {each.name: _told_of(each) for each in graph.initializer}
    nodes = _in_order(list(graph.node), told)
    kept = {each.name for each in (*graph.input, *graph.output)} | {""}
    weights = sorted(graph.initializer, key=lambda each: told[each.name])
    made = [*(each.name for each in weights), *(name for node in nodes for name in node.output)]
    names = {name: f"t{place}" for place, name in enumerate(name for name in made if name not in kept)}
    for place, node in enumerate(nodes):
        node.name = f"n{place}"
        node.ClearField("doc_string")
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    for each in weights:
        each.name = names.get(each.name, each.name)
    for field, content in (("node", nodes), ("initializer", weights)):
        ordered = [type(each).FromString(each.SerializeToString(deterministic=True)) for each in content]
        graph.ClearField(field)
        getattr(graph, field).extend(ordered)
    for each in (*graph.input, *graph.output):
        for size in each.type.tensor_type.shape.dim:
            if size.dim_param:
                size.dim_param = ROWS
    graph.ClearField("value_info")
    graph.ClearField("doc_string")
    graph.name = "network"
    return out


def _in_order(nodes: list[onnx.NodeProto], told: dict[str, bytes]) -> list[onnx.NodeProto]:
    """Nodes behind what they read, of those that could come next the one that is told first; fills in `told`."""
    readers: dict[str, list[int]] = {}
    open_inputs = []
    for number, node in enumerate(nodes):
        needed = {name for name in node.input if name and name not in told}
        open_inputs.append(len(needed))
        for name in needed:
            readers.setdefault(name, []).append(number)
    ready = [(_told_of_node(node, told), number) for number, node in enumerate(nodes) if not open_inputs[number]]
    heapq.heapify(ready)
    ordered = []
    while ready:
        digest, number = heapq.heappop(ready)
        ordered.append(nodes[number])
        for place, name in enumerate(nodes[number].output):
            told[name] = _digest([digest, str(place).encode()])
            for reader in readers.get(name, ()):
                open_inputs[reader] -= 1
                if not open_inputs[reader]:
                    heapq.heappush(ready, (_told_of_node(nodes[reader], told), reader))
    return ordered


def _told_of(weight: onnx.TensorProto) -> bytes:
    nameless = onnx.TensorProto()
    nameless.CopyFrom(weight)
    nameless.ClearField("name")
    return _digest([nameless.SerializeToString(deterministic=True)])


def _told_of_node(node: onnx.NodeProto, told: dict[str, bytes]) -> bytes:
    attributes = sorted(each.SerializeToString(deterministic=True) for each in node.attribute)
    inputs = [told[name] if name else b"" for name in node.input]
    return _digest([node.op_type.encode(), node.domain.encode(), *attributes, *inputs])


def _digest(parts: Iterable[bytes]) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.digest()
