import Bytes
import Contract
import Formats
import HTTPClient
import Machine

/// All that django-oscar has to say at one time.
struct OscarShop: Sendable {
  /// Products of all structures, by ascending id.
  var products: [OscarProduct] = []
  /// What could not be read as a product.
  var rejects: [SourceReject] = []
  /// Partners by ascending id.
  var partners: [(id: Int64, name: String)] = []
  /// Public categories, parents before children.
  var categories: [OscarCategory] = []
}

/// A node of django-oscar's category tree.
struct OscarCategory: Sendable {
  let id: Int64
  let name: String
  let description: String
  /// Names from the root, as products name their categories: `Women > Shoes`.
  let breadcrumbs: String
  /// Slugs from the root.
  let slugs: [String]
  let image: String?
}

/// Reads django-oscar as it is: no feed, offset pages over a moving order, one body a product.
///
/// The list of ids is the truth. It is read until two passes agree, with the bodies read between
/// them, so that a product that slipped over a page border, came or went meanwhile is noticed.
struct OscarReader {
  let session: APISession
  let concurrency: Int
  let pageSize: Int

  /// How many passes over the ids may disagree before the reading is given up.
  static let passLimit = 8

  /// Reads everything. `progress` gets the number of bodies read and the number expected.
  func read(progress: (Int, Int) throws -> Void) throws -> OscarShop {
    var shop = OscarShop()
    shop.partners = try partners()
    shop.categories = try categories()
    var bodies: [Int64: Result<OscarProduct, Rejection>] = [:]
    var before = try identities()
    for _ in 0..<Self.passLimit {
      try fetch(
        before.filter { bodies[$0] == nil }, into: &bodies, expected: before.count, progress)
      let after = try identities()
      if after == before {
        for id in after {
          switch bodies[id] {
          case .success(let product): shop.products.append(product)
          case .failure(let rejection): shop.rejects.append(rejection.reject)
          case nil: break
          }
        }
        return shop
      }
      let kept = Set(after)
      bodies = bodies.filter { kept.contains($0.key) }
      before = after
    }
    throw ConnectorError(
      .unavailable,
      "the list of products changed during each of \(Self.passLimit) readings; "
        + "try again at a quieter time")
  }

  /// A body that is no product, kept as it came.
  struct Rejection: Error {
    let reject: SourceReject
  }

  // MARK: Lists

  /// The ids of all products, ascending, from one pass that contradicts itself nowhere.
  private func identities() throws(ConnectorError) -> [Int64] {
    for _ in 0..<Self.passLimit {
      var ids: Set<Int64> = []
      var isSteady = true
      var count: Int64?
      try pages("/products/") { (rows, total) throws(ConnectorError) in
        if let count, total != count { isSteady = false }
        count = total
        for row in rows {
          guard let id = row["id"]?.integer else {
            throw ConnectorError(.malformed, "a row of the product list has no id")
          }
          if !ids.insert(id).inserted { isSteady = false }
        }
      }
      if isSteady, count.map({ $0 == Int64(ids.count) }) ?? true { return ids.sorted() }
    }
    throw ConnectorError(
      .unavailable, "the list of products changes faster than it can be read; try again later")
  }

  private func partners() throws(ConnectorError) -> [(id: Int64, name: String)] {
    var partners: [(id: Int64, name: String)] = []
    try pages("/admin/partners/") { (rows, _) throws(ConnectorError) in
      for row in rows {
        guard let id = row["id"]?.integer ?? row["url"].flatMap(OscarProduct.number) else {
          throw ConnectorError(.malformed, "a partner has no id")
        }
        let name = row["name"]?.string ?? ""
        partners.append((id, name.isEmpty ? row["code"]?.string ?? "Partner \(id)" : name))
      }
    }
    return partners.sorted { $0.id < $1.id }
  }

  /// Walks the tree of categories; hidden branches are left out whole.
  private func categories() throws(ConnectorError) -> [OscarCategory] {
    var found: [OscarCategory] = []
    var waiting: [[String]] = [[]]
    while let parent = waiting.popLast() {
      var path = ByteBuffer(capacity: 64)
      path.append("/categories/")
      for slug in parent {
        path.append(percentEncoding: slug)
        path.append(UInt8(ascii: "/"))
      }
      guard parent.count < 64 else {
        throw ConnectorError(.malformed, "categories are nested more than 64 deep")
      }
      try pages(path.string) { (rows, _) throws(ConnectorError) in
        for row in rows {
          guard let id = row["id"]?.integer ?? row["url"].flatMap(OscarProduct.number),
            let slug = row["slug"]?.string, !slug.isEmpty
          else { throw ConnectorError(.malformed, "a category has no id or no slug") }
          guard row["is_public"]?.boolean ?? true else { continue }
          let slugs = parent + [slug]
          let name = row["name"]?.string ?? slug
          found.append(
            OscarCategory(
              id: id, name: name, description: row["description"]?.string ?? "",
              breadcrumbs: row["breadcrumbs"]?.string ?? name, slugs: slugs,
              image: row["image"]?.string))
          waiting.append(slugs)
        }
      }
    }
    return found.sorted { $0.id < $1.id }
  }

  /// Reads a list page by page, following `next` as any paging class of the platform gives it.
  func pages(
    _ path: String, rows receive: ([TapeValue], Int64?) throws(ConnectorError) -> Void
  ) throws(ConnectorError) {
    var query: String? = "?limit=\(pageSize)"
    var left = 1_000_000
    while let current = query, left > 0 {
      left -= 1
      let tape = try session.json(path + current)
      if tape.value.kind == .array { return try receive(tape.value.children, nil) }
      guard let rows = tape.value["results"], rows.kind == .array else {
        throw ConnectorError(.malformed, "\(session.base)\(path) gives no list of results")
      }
      try receive(rows.children, tape.value["count"]?.integer)
      // Only the query is taken from `next`: behind a proxy its host may be another one.
      query = tape.value["next"]?.string.flatMap { next in
        next.firstIndex(of: "?").map { String(next[$0...]) }
      }
    }
  }

  // MARK: Bodies

  private func fetch(
    _ ids: [Int64], into bodies: inout [Int64: Result<OscarProduct, Rejection>], expected: Int,
    _ progress: (Int, Int) throws -> Void
  ) throws {
    let batch = max(concurrency * 8, 32)
    for start in stride(from: 0, to: ids.count, by: batch) {
      let part = Array(ids[start..<min(start + batch, ids.count)])
      for (id, response) in try responses(part) {
        guard response.status != 404 else { continue }  // deleted since the list was read
        bodies[id] = Self.product(response, id)
      }
      try progress(bodies.count, expected)
    }
  }

  /// The bodies of a batch, the failed ones asked again with waits.
  private func responses(_ ids: [Int64]) throws(ConnectorError) -> [(Int64, HTTPResponse)] {
    var answered: [(Int64, HTTPResponse)] = []
    var waiting = ids
    var attempt = 0
    while true {
      let requests = waiting.map { session.request("/admin/products/\($0)/") }
      let results = session.client.sendAll(requests, concurrency: concurrency)
      var failed: [Int64] = []
      var worst: ConnectorError?
      for (index, result) in results.enumerated() {
        let error: ConnectorError
        switch result {
        case .success(let response)
        where response.head.isSuccess || (response.status == 404 && isOwnWord(response)):
          answered.append((waiting[index], response))
          continue
        case .success(let response):
          error = session.failure(response.head, body: response.body, of: requests[index].url)
        case .failure(let failure): error = ConnectorError(failure)
        }
        guard error.isRetryable else { throw error }
        failed.append(waiting[index])
        if (error.retryAfter ?? 0) >= (worst?.retryAfter ?? 0) { worst = error }
      }
      guard let worst else { return answered }
      // Any progress is a reason to go on; only tries without progress count.
      attempt = failed.count < waiting.count ? 1 : attempt + 1
      guard
        let wait = session.backoff.wait(
          attempt: attempt, askedSeconds: worst.retryAfter, random: session.random)
      else { throw worst }
      try session.pause(milliseconds: wait)
      waiting = failed
    }
  }

  /// Whether a 404 comes from the API itself and not from whatever stands before it.
  func isOwnWord(_ response: HTTPResponse) -> Bool {
    response.headers.mediaType == "application/json"
  }

  static func product(
    _ response: HTTPResponse, _ id: Int64
  ) -> Result<OscarProduct, Rejection> {
    func reject(_ reason: String) -> Result<OscarProduct, Rejection> {
      .failure(
        Rejection(
          reject: SourceReject(
            typeName: ResourceType.product.name, id: OscarIdentity.product(id), seq: 0,
            json: response.body, reason: reason)))
    }
    do throws(FormatError) {
      let tape = try JSON.parse(response.body)
      do throws(OscarFault) {
        let product = try OscarProduct(tape.value)
        guard product.id == id else { return reject("it says that it is product \(product.id)") }
        return .success(product)
      } catch {
        return reject(error.reason)
      }
    } catch {
      let what = APISession.looks(response.head, response.body)
      return reject("\(what) came instead of JSON: \(error.message)")
    }
  }
}
