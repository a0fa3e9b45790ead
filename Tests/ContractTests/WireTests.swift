import Bytes
import Contract
import Formats
import Testing

@Suite("What goes over the wire")
struct WireTests {
  private func parse(_ text: String) throws -> TapeValue { try JSON.parse(text).value }

  private func envelope() throws -> Envelope {
    let attributes = try parse(#"{"title":"Carré","handle":"carre","status":"active"}"#)
    return Envelope(
      type: .product, id: "p1", externalRef: "MH01", version: 3, etag: "\"prd-3\"", seq: 9,
      createdAt: Instant(seconds: 0), updatedAt: Instant(microseconds: 1_500_000),
      updatedBy: "seed",
      contentHash: ContentHash.of(type: .product, id: "p1", attributes: attributes, links: nil),
      attributes: attributes, links: nil)
  }

  @Test("a record that is written and read again is the same")
  func roundTrip() throws {
    var buffer = ByteBuffer()
    try envelope().append(to: &buffer)
    let read = try Envelope(try JSON.parse(buffer.array).value)
    #expect(read.id == "p1" && read.version == 3 && read.externalRef == "MH01")
    #expect(read.updatedAt == Instant(microseconds: 1_500_000))
    #expect(read.isContentHashRight)
    #expect(read.faults().isEmpty)
  }

  @Test("the content hash is SHA-256 of the canonical JSON, whatever the order of members")
  func contentHash() throws {
    let canonical =
      #"{"attributes":{"handle":"carre","status":"active","title":"Carré"},"id":"p1","links":{},"type":"product"}"#
    #expect(try envelope().contentHash == "sha256:" + SHA256Digest(of: canonical).hex)
  }

  @Test("a page of changes is read with its rows, and unknown rows are kept apart")
  func page() throws {
    let page = try ChangePage(
      parse(
        """
        {"changes":[{"seq":1,"op":"delete","type":"price","id":"x","parent":"v","version":4,"at":"2026-11-24T00:00:00Z"},
         {"seq":2,"op":"upsert","type":"spaceship","id":"y","version":1,"resource":{}}],
         "cursor":"c","has_more":false,"head":2,"watermark":2,"epoch":"e1"}
        """))
    #expect(page.changes.count == 1 && page.unknown.count == 1)
    #expect(page.changes[0].operation == .delete && page.changes[0].parent == "v")
  }

  @Test("the digest of a bucket covers ids and hashes in byte order")
  func digest() throws {
    var accumulator = DigestAccumulator()
    accumulator.add(RecordIdentity(id: "a", contentHash: "sha256:1"))
    let buckets = accumulator.finish()
    let bucket = Int(SHA256Digest(of: "a").bytes[0])
    #expect(buckets.count == 256)
    #expect(buckets[bucket].count == 1)
    #expect(buckets[bucket].hash == "sha256:" + SHA256Digest(of: "a\nsha256:1\n").hex)
  }

  @Test("a problem document says the same after a round trip")
  func problem() throws {
    var problem = Problem(
      .uniqueViolation, "the handle is taken",
      errors: [.init(pointer: "/attributes/handle", code: "taken", message: "taken")],
      holder: .init(type: "product", id: "p2"))
    problem.requestID = "r1"
    let read = try #require(Problem(try JSON.parse(problem.json().array).value))
    #expect(read.code == .uniqueViolation && read.status == 409)
    #expect(read.errors == problem.errors && read.holder == problem.holder)
    #expect(read.requestID == "r1")
  }

  @Test("every problem code has a status, a title and a remedy", arguments: ProblemCode.allCases)
  func codes(_ code: ProblemCode) {
    #expect((400...599).contains(code.status))
    #expect(!code.title.isEmpty && !code.remedy.isEmpty)
  }

  @Test("a discovery document says the same after a round trip")
  func discovery() throws {
    let written = Discovery(
      serverID: "s", epoch: "e", tenant: "demo", types: [.product, .price], scope: "x",
      rate: .init(burst: 10, perSecond: 5), locales: ["en"], currencies: ["EUR"])
    let read = try Discovery(try JSON.parse(written.json().array).value)
    #expect(read.types == [.product, .price] && read.tenant == "demo")
    #expect(read.rate == .init(burst: 10, perSecond: 5))
    #expect(!read.fieldCapabilities.of(.price, field: "amount").isUnprotected)
    #expect(read.keyRetentionSeconds == 86_400 && read.largestBatch == 100 && read.hasWebhooks)
    #expect(read.deltas.isEmpty)
  }

  @Test("a server that says nothing of keys, batches and differences has none")
  func olderDiscovery() throws {
    let text = """
      {"api_versions":["2026-11-01"],"server_id":"s","epoch":"e","tenant":"t",
       "capabilities":{"types":["product","inventory_level"],"idempotency":null,"batch":null}}
      """
    let read = try Discovery(try JSON.parse(text).value)
    let stock = read.fieldCapabilities.of(.inventoryLevel, field: "available")
    #expect(stock.guard == .version && !stock.hasDelta)
    #expect(stock.idempotency == .natural && stock.largestBatch == 1)
  }

  @Test("what is said of a field goes before what is said of its type")
  func capabilities() {
    var table = Capabilities(standard: FieldCapability(guard: .version))
    table.set(.product, FieldCapability())
    table.set(.product, field: "title", FieldCapability(guard: .digest))
    #expect(table.of(.price, field: "amount").guard == .version)
    #expect(table.of(.product, field: "vendor").isUnprotected)
    #expect(table.of(.product, field: "title").guard == .digest)
  }
}
