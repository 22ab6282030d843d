"""What can flow where: elements, goods, regions and the activities that connect them."""

from mischmetal.chain.activity import Activity, Node
from mischmetal.chain.network import Network, build
from mischmetal.chain.tables import Chain, load_chain

__all__ = ["Activity", "Chain", "Network", "Node", "build", "load_chain"]
