public import Catalog
import SQL

/// A handle that a product or collection had before, or has in other places than the one that is asked about.
public struct FormerHandle: Sendable, Hashable {
  /// The handle.
  public let handle: String
  /// The language that it was in; nil for the record's own.
  public let locale: String?
  /// The product or collection.
  public let id: String
  /// Other products and collections that have it now, as their own or in any language.
  public let claimants: [ResourceReference]
}

extension MirrorReader {
  /// Others than the record of a type with `h.id` that have the handle `h.handle` now, as their own and in a
  /// language: a column of products, then one of collections.
  private static func claimants(otherThanOf type: String) -> String {
    ["product", "collection"].map { kind in
      """
      (SELECT group_concat(id, char(10)) FROM (
        SELECT o.id FROM \(kind) o WHERE o.handle = h.handle
        UNION SELECT t.resource_id FROM translation t
          WHERE t.key = 'handle' AND t.value = h.handle AND t.resource_type = '\(kind)')
        \(kind == type ? "WHERE id <> h.id" : ""))
      """
    }.joined(separator: ", ")
  }

  /// Every handle that products had as their own before and that no product has now, in order.
  public func formerProductHandles() throws -> [FormerHandle] {
    try formerOwnHandles("product")
  }

  /// The same of collections.
  public func formerCollectionHandles() throws -> [FormerHandle] {
    try formerOwnHandles("collection")
  }

  private func formerOwnHandles(_ type: String) throws -> [FormerHandle] {
    try formerHandles(
      """
      SELECT h.handle, NULL, h.id, \(Self.claimants(otherThanOf: type))
      FROM handle_history h JOIN \(type) p ON p.id = h.id
      WHERE h.type = '\(type)' AND p.handle <> h.handle
        AND NOT EXISTS (SELECT 1 FROM \(type) o WHERE o.handle = h.handle)
      ORDER BY h.handle, h.first_seen, h.id
      """)
  }

  /// Every handle that products had in a language before, in order. One that is still that of the language
  /// is among them where a region has another one by now: there it is a former one.
  public func formerTranslatedProductHandles() throws -> [FormerHandle] {
    try formerTranslatedHandles("product")
  }

  /// The same of collections.
  public func formerTranslatedCollectionHandles() throws -> [FormerHandle] {
    try formerTranslatedHandles("collection")
  }

  private func formerTranslatedHandles(_ type: String) throws -> [FormerHandle] {
    try formerHandles(
      """
      SELECT h.handle, h.locale, h.id, \(Self.claimants(otherThanOf: type))
      FROM translated_handle_history h JOIN \(type) p ON p.id = h.id
      WHERE h.type = '\(type)' AND (
        NOT EXISTS (
          SELECT 1 FROM translation n WHERE n.resource_type = '\(type)' AND n.resource_id = h.id
            AND n.locale = h.locale AND n.key = 'handle' AND n.value = h.handle)
        OR EXISTS (
          SELECT 1 FROM translation n WHERE n.resource_type = '\(type)' AND n.resource_id = h.id
            AND n.key = 'handle'
            AND substr(n.locale, 1, length(h.locale) + 1) IN (h.locale || '-', h.locale || '_')))
      ORDER BY h.handle, h.first_seen, h.id, h.locale
      """)
  }

  /// Whether any product or collection has, or ever had, a handle in another language.
  public func hasTranslatedHandles() throws -> Bool {
    try checked {
      try database.integer("SELECT EXISTS(SELECT 1 FROM translated_handle_history)") == 1
    }
  }

  /// Every handle that those products ever had in a language that are gone, or have still, with `handle` as
  /// their own: the other addresses of what a redirect of the shop is about.
  public func translatedHandles(ofProductsNamed handle: String) throws -> [FormerHandle] {
    try formerHandles(
      """
      SELECT h.handle, h.locale, h.id, \(Self.claimants(otherThanOf: "product"))
      FROM handle_history o
        JOIN translated_handle_history h ON h.type = 'product' AND h.id = o.id
        LEFT JOIN product p ON p.id = h.id
      WHERE o.type = 'product' AND o.handle = ?1 AND coalesce(p.handle, ?1) = ?1
      ORDER BY h.handle, h.first_seen, h.id, h.locale
      """, handle)
  }

  private func formerHandles(_ sql: String, _ parameter: String? = nil) throws -> [FormerHandle] {
    try checked {
      let rows = try database.prepare(sql)
      if let parameter { try rows.bind(1, parameter) }
      var found: [FormerHandle] = []
      while try rows.step() {
        let claimants = [("product", rows.optionalText(3)), ("collection", rows.optionalText(4))]
          .flatMap { (type, ids) in
            (ids ?? "").split(separator: "\n").map { ResourceReference(type: type, id: String($0)) }
          }
        found.append(
          FormerHandle(
            handle: rows.text(0), locale: rows.optionalText(1), id: rows.text(2),
            claimants: claimants))
      }
      return found
    }
  }
}
