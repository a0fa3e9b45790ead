public import Contract

/// A page of which everything is done that needs no file: its bodies are found to fit or not, and their
/// hashes computed. It may be made on another thread than the one that stores it.
public struct PreparedPage: Sendable {
  /// The page as it came.
  public let page: SourcePage
  /// What was found of each of its records, in their order.
  let bodies: [Result<PreparedBody, Misfit>]

  /// Checks a page.
  public init(_ page: SourcePage) {
    self.page = page
    bodies = page.records.map { record in
      do throws(Misfit) {
        return .success(try PreparedBody(record))
      } catch {
        return .failure(error)
      }
    }
  }
}

/// A body that fits, and the hash of its content.
struct PreparedBody: Sendable {
  let body: RecordBody
  let hash: String

  init(_ record: SourceRecord) throws(Misfit) {
    body = try RecordBody(record.body)
    try body.check(type: record.type, id: record.id)
    hash = ContentHash.of(
      type: record.type, id: record.id, attributes: body.attributes, links: body.links)
    guard record.contentHash.isEmpty || record.contentHash == hash else {
      throw Misfit(
        reason: "the content does not have the hash that the server gave with it",
        pointer: "/content_hash")
    }
  }
}
