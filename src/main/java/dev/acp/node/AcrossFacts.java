package dev.acp.node;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a node saw of the others while every node listened for a few seconds (res/across.sh).
 *
 * @param held ports, such as tcp/6443, that a program of the node holds, so that acp could not
 *     listen there
 * @param dials each try to reach another node's port
 * @param roundTrips the shortest round trip to another node, in microseconds, by its address
 * @param mtus by address of a node that answered: the interface's MTU where packets of that size
 *     got there, over UDP or TCP, else 0
 * @param ipip by address whether an IP-in-IP packet from there came in; empty where it was not
 *     tried
 * @param routers virtual router ids heard (VRRP); empty where it could not be listened for
 * @param vip what answered for the VIP: a hardware address, or nothing
 */
public record AcrossFacts(
    List<String> held,
    List<Dial> dials,
    Map<String, Integer> roundTrips,
    Map<String, Integer> mtus,
    Optional<Map<String, Boolean>> ipip,
    Optional<List<Integer>> routers,
    Fact<Optional<String>> vip) {
  /**
   * One try.
   *
   * @param port such as tcp/6443
   * @param answer ok, held (the peer could not listen there), refused, silent, wrong (something
   *     that is not the peer answered), or, of a load balancer, unresolved, or closed (it took the
   *     call and hung up without a word)
   */
  public record Dial(String peer, String port, String answer) {}

  /** These, with more dials. */
  AcrossFacts with(List<Dial> more) {
    return new AcrossFacts(
        held,
        Stream.concat(dials.stream(), more.stream()).toList(),
        roundTrips,
        mtus,
        ipip,
        routers,
        vip);
  }
}
