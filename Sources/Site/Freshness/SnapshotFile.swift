import Bytes
import Formats

/// The one file of a root that says from which state of the catalogue all of it was made.
///
/// Pages do not carry the state's name, because then every page would change with every pull. A build is
/// put in place as a whole, so that one file speaks for all pages.
enum SnapshotFile {
  /// Path below the root.
  static let path = "snapshot.json"

  /// `{"snapshot_id":…,"as_of":…,"availability":{"shards":…}}`.
  static func text(snapshotID: String, asOf: Instant, shards: Int) -> String {
    var json = JSONWriter()
    json.beginObject()
    json.key("snapshot_id")
    json.value(snapshotID)
    json.key("as_of")
    json.value(asOf)
    json.key("availability")
    json.beginObject()
    json.key("shards")
    json.value(Int64(shards))
    json.end()
    json.end()
    return json.finish().string + "\n"
  }
}
