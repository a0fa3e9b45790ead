import Bytes
import CommerceServer
import Contract
import Formats
import Machine
import Testing

/// A shop that gets requests by lot, many of them wrong, stale or repeated.
private final class Lots {
  struct Sent {
    let method: String
    let path: String
    let headers: [String]
    let body: String
    let answer: Answer
  }

  static let lines = """
    {"type":"product","id":"p1","attributes":{"handle":"a","title":"A","status":"active","tags":["x"]}}
    {"type":"product","id":"p2","attributes":{"handle":"b","title":"B","status":"active"}}
    {"type":"variant","id":"v1","attributes":{"sku":"S","position":1},"links":{"product":"p1"}}
    {"type":"location","id":"loc","attributes":{"name":"P","country":"FR","time_zone":"Europe/Paris"}}
    {"type":"inventory_level","id":"i1","attributes":{"available":5},"links":{"variant":"v1","location":"loc"}}
    {"type":"collection","id":"k1","attributes":{"handle":"c","title":"C","products":["p1","p2"]}}
    """

  let shop: Shop
  let random: SeededRandom
  private(set) var sent: [Sent] = []

  init(seed: UInt64) throws {
    shop = try Shop(lines: Self.lines, rate: .init(burst: 1_000_000, perSecond: 1_000_000))
    random = SeededRandom(seed: seed)
  }

  private func pick(_ words: [String]) -> String { words[random.below(words.count)] }

  /// Method, path, guard and body of a write.
  private func write() -> (method: String, path: String, tag: String?, body: String) {
    let product = "/products/\(pick(["p1", "p2", "p3", "none"]))"
    let tag = random.below(3) == 0 ? "*" : "\"prd-\(random.below(6) + 1)\""
    let word = pick(["a", "b", "c", "d"])
    switch random.below(7) {
    case 0:
      return (
        "POST", "/products", nil,
        #"{"attributes":{"handle":"\#(word)\#(random.below(40))","title":"T","status":"active"}}"#
      )
    case 1: return ("PATCH", product, tag, #"{"attributes":{"title":"\#(word)"}}"#)
    case 2: return ("PATCH", product, tag, #"{"attributes":{"handle":"\#(word)"}}"#)
    case 3:
      return (
        "PUT", "/products/by-external-ref/\(word)", random.below(2) == 0 ? tag : nil,
        #"{"attributes":{"handle":"up-\#(word)","title":"\#(pick(["X", "Y"]))","status":"active"}}"#
      )
    case 4:
      return (
        "POST", "\(product)/actions", nil, #"{"actions":[{"action":"tag.add","value":"\#(word)"}]}"#
      )
    case 5:
      return (
        "POST", "/inventory/commands", nil,
        #"{"commands":[{"op":"adjust","id":"i1","delta":\#(random.below(9) - 4)},{"op":"set","id":"i1","from":\#(random.below(8)),"to":6}]}"#
      )
    default: return ("DELETE", pick(["/collections/k1", product]), tag, "")
    }
  }

  /// Sends something new under a new key: one write, or some in a batch.
  func step(_ number: Int) throws {
    if random.below(4) > 0 {
      let write = write()
      var headers = ["Idempotency-Key: k-\(number)"]
      if let tag = write.tag { headers.append("If-Match: \(tag)") }
      return try send(write.method, ContractVersion.root + write.path, headers, write.body)
    }
    let operations = (0..<(1 + random.below(4))).map { index in
      let write = write()
      let tag = write.tag.map { ",\"if_match\":\(JSON.quoted($0))" } ?? ""
      let body = write.body.isEmpty ? "" : ",\"body\":\(write.body)"
      return
        #"{"op_id":"\#(index)","key":"k-\#(number)-\#(index)","method":"\#(write.method)","path":"\#(write.path)"\#(tag)\#(body)}"#
    }
    let atomic = random.below(2) == 0
    try send(
      "POST", "\(ContractVersion.root)/batch", [],
      #"{"atomic":\#(atomic),"operations":[\#(operations.joined(separator: ","))]}"#)
  }

  private func send(_ method: String, _ path: String, _ headers: [String], _ body: String) throws {
    let answer = try shop.send(method, path, headers, body: body)
    sent.append(Sent(method: method, path: path, headers: headers, body: body, answer: answer))
  }

  /// Sends something again that was sent before.
  func repeatOne() throws -> (before: Sent, now: Answer)? {
    guard !sent.isEmpty else { return nil }
    let before = sent[random.below(sent.count)]
    return (
      before,
      try shop.send(before.method, before.path, before.headers, body: before.body)
    )
  }
}

extension JSON {
  fileprivate static func quoted(_ text: String) -> String {
    var buffer = ByteBuffer()
    buffer.append(jsonString: text)
    return buffer.string
  }
}

@Suite("Writes by lot")
struct RandomWritesTests {
  /// Results of a batch without what tells a repetition.
  private func results(_ answer: Answer) throws -> [String] {
    try answer.json()["results"]?.children.map { row in
      "\(row["status"]?.integer ?? 0) " + (row["body"].map(JSON.text) ?? "")
    } ?? []
  }

  @Test(
    "whatever is sent, a repetition gets the same answer and changes nothing",
    arguments: [1, 2, 3, 4].map { UInt64($0) })
  func repetitions(_ seed: UInt64) throws {
    print("Writes by lot: seed \(seed)")
    let lots = try Lots(seed: seed)
    for number in 0..<150 {
      try lots.step(number)
      let last = try #require(lots.sent.last).answer
      #expect(last.status < 500, "\(last.body)")
      let cursor = try lots.shop.feed().cursor
      guard let (before, now) = try lots.repeatOne() else { continue }
      // An atomic batch that was refused left nothing, so it is tried anew.
      if before.path.hasSuffix("/batch"), before.answer.status != 200 { continue }
      #expect(now.status == before.answer.status, "\(before.method) \(before.path) \(before.body)")
      if before.path.hasSuffix("/batch") {
        #expect(try results(now) == results(before.answer))
      } else {
        #expect(now.body == before.answer.body)
        #expect(now.header("ETag") == before.answer.header("ETag"))
        #expect(now.header("Idempotency-Replayed") == "true")
      }
      #expect(try lots.shop.feed(cursor).rows.isEmpty)
    }
  }

  @Test(
    "after all of them the log, the records and the digest agree",
    arguments: [5, 6, 7].map { UInt64($0) })
  func consistency(_ seed: UInt64) throws {
    print("Writes by lot: seed \(seed)")
    let lots = try Lots(seed: seed)
    for number in 0..<150 { try lots.step(number) }
    let page = try lots.shop.get("changes?limit=1000").json()
    let rows = try #require(page["changes"]).children
    let positions = rows.compactMap { $0["seq"]?.integer }
    #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
    #expect(try #require(positions.last) <= page["head"]?.integer ?? 0)
    var accumulator = DigestAccumulator()
    var products: [RecordIdentity] = []
    for row in rows where row["op"]?.string == "upsert" {
      let record = try Envelope(try #require(row["resource"]))
      #expect(record.isContentHashRight && record.faults().isEmpty)
      #expect(record.seq == row["seq"]?.integer)
      if record.type == .product {
        products.append(RecordIdentity(id: record.id, contentHash: record.contentHash))
      }
      let read = try lots.shop.get("\(record.type.path)/\(record.id)").json()
      #expect(read["version"]?.integer == record.version)
    }
    for product in products.sorted(by: { Array($0.id.utf8).lexicographicallyPrecedes($1.id.utf8) })
    {
      accumulator.add(product)
    }
    let digest = accumulator.finish()
    #expect(try DigestAnswer.buckets(lots.shop.get("digest?type=product").json()) == digest)
    let handles = rows.filter { $0["type"]?.string == "product" }.compactMap {
      $0["resource"]?["attributes"]?["handle"]?.string
    }
    #expect(Set(handles).count == handles.count)
  }
}
