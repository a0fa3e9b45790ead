import SQL

extension MirrorLookup {
  /// The ids of all products, by handle.
  public func productIDs() throws -> [String] {
    let rows = try database.prepare("SELECT id FROM product ORDER BY handle, id")
    var found: [String] = []
    while try rows.step() { found.append(rows.text(0)) }
    return found
  }
}
