public import Bytes
import SQL

/// A product with a stock level that the shop has not written down for a while.
public struct StaleStock: Sendable, Hashable {
  /// The product.
  public let productID: String
  /// Its handle.
  public let handle: String
  /// What it is called.
  public let title: String
  /// When the oldest of its old levels was written down.
  public let writtenAt: Instant
  /// How many levels are that old.
  public let levelCount: Int
}

extension MirrorReader {
  /// Products on sale with a stock level that was written down before an instant, oldest first.
  ///
  /// When a level was written is what the shop says of the record (`updated_at`), else when the mirror
  /// first had it so. O(stock levels).
  public func staleStock(before border: Instant) throws -> [StaleStock] {
    try checked {
      let rows = try database.prepare(
        """
        SELECT p.id, p.handle, p.title, min(w.at), count(*)
        FROM (
          SELECT s.variant_id, coalesce(json_extract(r.server_json, '$.updated_at'), r.seen_at) AS at
          FROM stock s JOIN record r ON r.n = s.n WHERE r.state <> 'deleted'
        ) w
        JOIN variant v ON v.id = w.variant_id JOIN product p ON p.id = v.product_id
        WHERE p.status = 'active' AND julianday(w.at) < julianday(?)
        GROUP BY p.id ORDER BY min(w.at), p.id
        """)
      try rows.bind(1, border.rfc3339)
      var found: [StaleStock] = []
      while try rows.step() {
        found.append(
          StaleStock(
            productID: rows.text(0), handle: rows.text(1), title: rows.text(2),
            writtenAt: Instant(rfc3339: rows.text(3)) ?? border,
            levelCount: Int(rows.integer(4))))
      }
      return found
    }
  }
}
