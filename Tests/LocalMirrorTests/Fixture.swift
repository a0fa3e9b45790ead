import Bytes
import Contract
import Formats
import LocalMirror
import Machine
import Support
import Testing

/// A small shop as a source would send it, and a mirror to put it into.
struct Shop {
  let folder: ScratchFolder
  let clock = FixedTime(Instant(seconds: 1_800_000_000))
  var path: String { "\(folder.path)/.trumeau/demo.sqlite" }

  init() throws { folder = try ScratchFolder() }

  func open() throws -> MirrorStore {
    try MirrorStore(path: path, tenant: "demo", clock: clock, random: SeededRandom(seed: 7))
  }

  func reader() throws -> MirrorReader { try MirrorReader(path: path, tenant: "demo") }

  static func source(
    server: String = "srv_1", epoch: String = "e1", tenant: String = "demo", scope: String = "all",
    types: [ResourceType] = ResourceType.allCases
  ) -> SourceDescription {
    SourceDescription(
      serverID: server, epoch: epoch, tenant: tenant, scope: scope, types: types,
      hasChangeFeed: true,
      capabilities: Capabilities(standard: FieldCapability()),
      pageMax: 1000)
  }

  /// A record with the right hash, from its attributes and links as JSON.
  static func record(
    _ type: ResourceType, _ id: String, _ attributes: String, links: String = "{}",
    version: Int64 = 1, seq: Int64 = 1, hash: String? = nil
  ) throws -> SourceRecord {
    let body = try JSON.parse("{\"attributes\":\(attributes),\"links\":\(links)}")
    let known =
      try hash
      ?? ContentHash.of(
        type: type, id: id, attributes: #require(body.value["attributes"]),
        links: body.value["links"])
    let json = """
      {"type":"\(type.rawValue)","id":"\(id)","version":\(version),"etag":"\\"\(id)-\(version)\\"",\
      "seq":\(seq),"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z",\
      "updated_by":"seed","content_hash":"\(known)","attributes":\(attributes),"links":\(links)}
      """
    return SourceRecord(
      type: type, id: id, version: version, seq: seq, etag: "\"\(id)-\(version)\"",
      contentHash: known, updatedAt: nil, body: try JSON.parse(json), json: Array(json.utf8))
  }

  static func product(
    _ id: String, title: String = "Square", handle: String? = nil, tags: String = "[\"silk\"]",
    version: Int64 = 1, seq: Int64 = 1
  ) throws -> SourceRecord {
    try record(
      .product, "prd_\(id)",
      """
      {"handle":"\(handle ?? id)","title":"\(title)","vendor":"Maison","status":"active",\
      "description":{"markdown":"Twill."},"tags":\(tags),\
      "options":[{"name":"Colour","values":["ivory","coral"]}]}
      """, version: version, seq: seq)
  }

  static func variant(_ id: String, of product: String, position: Int = 1) throws -> SourceRecord {
    try record(
      .variant, "var_\(id)",
      "{\"sku\":\"SKU-\(id)\",\"position\":\(position),\"options\":{\"Colour\":\"ivory\"}}",
      links: "{\"product\":\"prd_\(product)\"}")
  }

  static func price(_ id: String, of variant: String, minor: Int = 42_000, list: String = "pl_eu")
    throws -> SourceRecord
  {
    try record(
      .price, "prc_\(id)", "{\"amount\":\(minor),\"currency\":\"EUR\"}",
      links: "{\"variant\":\"var_\(variant)\",\"price_list\":\"\(list)\"}")
  }

  /// Everything that a small shop has, in the contract's order of types.
  static func catalogue() throws -> [SourceRecord] {
    try [
      record(
        .location, "loc_paris", #"{"name":"Paris","country":"FR","time_zone":"Europe/Paris"}"#),
      record(
        .priceList, "pl_eu",
        #"{"name":"Europe","currency":"EUR","audience":"public","priority":0,"tax_included":true}"#),
      record(
        .priceList, "pl_gold",
        #"{"name":"Gold","currency":"EUR","audience":{"tier_at_least":"tier_gold"},"#
          + #""priority":10,"tax_included":true,"from":"2026-05-01T02:00:00+02:00"}"#),
      record(
        .market, "mkt_eu",
        #"{"name":"Europe","countries":["FR","DE"],"currency":"EUR","locales":["en","fr"],"#
          + #""tax_included":true,"tax_rate":"0.20"}"#, links: #"{"price_list":"pl_eu"}"#),
      record(.program, "prg_1", #"{"name":"Le Cercle","kind":"earned","currency":"EUR"}"#),
      record(
        .tier, "tier_gold", #"{"key":"gold","rank":30,"name":{"en":"Gold","fr":"Or"}}"#,
        links: #"{"program":"prg_1"}"#),
      record(
        .benefit, "ben_1", #"{"kind":"shipping","params":{},"text":{"en":"Free delivery"}}"#),
      record(
        .customer, "cus_1", #"{"email":"camille@example.com","name":"Camille Fontanel"}"#),
      product("a", title: "Alpha"), product("b", title: "Beta"), product("c", title: "Gamma"),
      variant("a1", of: "a", position: 2), variant("a0", of: "a", position: 1),
      variant("b1", of: "b"),
      record(
        .media, "med_a",
        #"{"kind":"image","url":"/media/a.svg","alt":"A","width":1600,"height":2000,"position":1}"#,
        links: #"{"parent":{"type":"product","id":"prd_a"}}"#),
      record(
        .media, "med_a1",
        #"{"kind":"image","url":"/media/a1.svg","alt":"A","width":1600,"height":2000,"position":1}"#,
        links: #"{"parent":{"type":"variant","id":"var_a1"}}"#),
      record(
        .collection, "col_1",
        #"{"handle":"silk","title":"Silk","products":["prd_b","prd_a"]}"#),
      record(
        .collection, "col_2",
        #"{"handle":"all-silk","title":"All silk","rule":{"all":[{"field":"tags","#
          + #""op":"contains","value":"silk"}]}}"#),
      record(
        .inventoryLevel, "inv_a1", #"{"available":5}"#,
        links: #"{"variant":"var_a1","location":"loc_paris"}"#),
      price("a1", of: "a1"), price("a0", of: "a0", minor: 40_000), price("b1", of: "b1"),
      price("a1g", of: "a1", minor: 39_000, list: "pl_gold"),
      record(
        .translation, "tr_1",
        #"{"key":"title","locale":"fr","value":"Alpha (fr)","source_digest":"sha256:00"}"#,
        links: #"{"resource":{"type":"product","id":"prd_a"}}"#),
      record(
        .translation, "tr_2",
        #"{"key":"title","locale":"fr","value":"Soie","source_digest":"sha256:00"}"#,
        links: #"{"resource":{"type":"collection","id":"col_1"}}"#),
      record(
        .redirect, "red_1", #"{"from":"/old","to":"/products/a","status":301}"#),
      record(
        .membership, "mem_1",
        #"{"status":"active","source":"earned","since":"2025-02-03T10:00:00Z"}"#,
        links: #"{"customer":"cus_1","program":"prg_1","tier":"tier_gold"}"#),
      record(
        .entitlement, "ent_1", #"{"effect":"allow"}"#,
        links: #"{"subject":{"type":"tier","id":"tier_gold"},"benefit":"ben_1"}"#),
      record(
        .gate, "gate_1", #"{"mode":"teaser","audience":{"tier_at_least":"tier_gold"}}"#,
        links: #"{"resource":{"type":"product","id":"prd_b"}}"#),
    ]
  }

  /// Pulls the small shop by one snapshot of two pages.
  func fill(_ store: MirrorStore) throws {
    let snapshot = try store.beginSnapshot(of: Self.source(), connector: "native")
    let records = try Self.catalogue()
    let half = records.count / 2
    _ = try store.apply(
      SourcePage(records: Array(records[..<half]), cursor: "p1", hasMore: true), of: snapshot)
    _ = try store.apply(
      SourcePage(records: Array(records[half...]), cursor: "p2", hasMore: false), of: snapshot)
    _ = try store.finish(snapshot, cursor: "c100")
  }
}
