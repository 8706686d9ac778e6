"""A heterogeneous graph attention network: GATv2 with edge attributes, one attention for each relation."""

from __future__ import annotations

from torch import Tensor, nn
from torch_geometric.nn import GATv2Conv, HeteroConv

from skillpath.embeddings.fusion.features.graph_tensors import RELATIONS, EdgeSet, GraphTensors, Kind


class GraphEncoder(nn.Module):
    """States of nodes from their texts, profiles, numbers and neighbours (Brody, Alon & Yahav 2022).

    A node's first state is a sum of projections of what is known of it, so a new node needs no training.
    """

    def __init__(
        self, text: int, profile: int, dynamic: dict[str, int], hidden: int, heads: int, layers: int, names: bool
    ) -> None:
        super().__init__()
        kinds = sorted({end for relation in RELATIONS for end in (relation[0], relation[2])})
        self.names = names
        self.text = nn.ModuleDict({kind: nn.Linear(text, hidden) for kind in kinds})
        self.profile = nn.ModuleDict({kind: nn.Linear(profile, hidden, bias=False) for kind in kinds})
        self.dynamic = nn.ModuleDict({kind: nn.Linear(size, hidden, bias=False) for kind, size in dynamic.items()})
        self.layers = nn.ModuleList(
            HeteroConv(
                {
                    relation: GATv2Conv(
                        (hidden, hidden), hidden // heads, heads, edge_dim=width, add_self_loops=False, bias=False
                    )
                    for relation, width in RELATIONS.items()
                },
                aggr="sum",
            )
            for _ in range(layers)
        )
        self.norms = nn.ModuleList(nn.ModuleDict({kind: nn.LayerNorm(hidden) for kind in kinds}) for _ in range(layers))

    def start(self, kind: str, text: Tensor | None, profile: Tensor, dynamic: Tensor | None) -> Tensor:
        """First states (…, n, hidden); ``dynamic`` may have leading dimensions."""
        state = self.profile[kind](profile * profile.shape[-1] ** 0.5)
        if text is not None:
            state = state + self.text[kind](text * text.shape[-1] ** 0.5)
        if dynamic is not None:
            state = state + self.dynamic[kind](dynamic)
        return state

    def forward(self, states: dict[str, Tensor], edges: EdgeSet, last: tuple[str, ...] = ()) -> dict[str, Tensor]:
        """States after all layers; the last layer is computed for the kinds ``last`` only, if any are given."""
        for number, (layer, norm) in enumerate(zip(self.layers, self.norms, strict=True)):
            final = number == len(self.layers) - 1
            used = {k: e for k, e in edges.items() if not (final and last) or k[2] in last}
            received = _convolve(layer, states, used)
            states = {
                kind: norm[kind](state + nn.functional.elu(received[kind])) if kind in received else norm[kind](state)
                for kind, state in states.items()
            }
        return states

    def months(self, graph: GraphTensors, months: list[int]) -> Tensor:
        """States of the clusters (M, C, hidden) in the graphs of some months."""
        states = {}
        for kind in graph.dynamic:
            static = self.start(kind, graph.text[kind], graph.profile[kind], None)
            # Who a node is invites learning by heart what came of it in training.
            known = static if self.names else static.new_zeros(())
            states[kind] = (known + self.dynamic[kind](graph.dynamic[kind][months])).flatten(0, 1)
        found = self.forward(states, graph.edges(months), last=("cluster",))["cluster"]
        return found.reshape(len(months), graph.size("cluster"), -1)


def _convolve(layer: HeteroConv, states: dict[str, Tensor], edges: EdgeSet) -> dict[str, Tensor]:
    used: dict[Kind, tuple[Tensor, Tensor]] = {k: e for k, e in edges.items() if e[0].shape[1]}
    if not used:
        return {}
    found: dict[str, Tensor] = layer(
        states, {k: e for k, (e, _) in used.items()}, edge_attr_dict={k: a for k, (_, a) in used.items()}
    )
    return found
