/// Where a mirror stands in storing a page; each is told when it begins.
///
/// For whoever must know what was interrupted, as the proof by kill -9 does. Telling changes nothing
/// about what is written, nor about its order.
public enum MirrorMoment: Sendable, Hashable {
  /// The transaction is open, and the page's records go into the tables.
  case records
  /// The records are in; the place to go on from is written and the transaction committed.
  case cursor
  /// The transaction is on disk.
  case committed
}
