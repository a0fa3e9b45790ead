public import Contract
import Formats
import SQL

extension MirrorStore {
  /// What the platform protects, as it said at the last pull; nil before the first one.
  public func capabilities() throws -> Capabilities? {
    try checked {
      try database.text("SELECT capabilities FROM sync_meta").flatMap(Capabilities.init(json:))
    }
  }

  /// Keeps what the platform protects, so that a plan can be made offline. Writes only what is new.
  public func keep(_ capabilities: Capabilities) throws {
    guard try self.capabilities() != capabilities else { return }
    try write { _ in
      try database.run("UPDATE sync_meta SET capabilities = ?", capabilities.json)
    }
  }

  /// The id of the server that the mirror was filled from; "" before the first pull.
  public func serverID() throws -> String {
    try checked { try database.text("SELECT server_id FROM sync_meta") ?? "" }
  }
}
