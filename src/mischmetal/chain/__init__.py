"""What can flow where: elements, goods, regions and the activities that connect them."""

from mischmetal.chain.network import Activity, Network, Node, build
from mischmetal.chain.tables import Chain, load_chain

__all__ = ["Activity", "Chain", "Network", "Node", "build", "load_chain"]
