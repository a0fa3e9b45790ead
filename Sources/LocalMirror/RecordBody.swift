import Bytes
import Catalog
import Contract
import Formats

/// A record's body, read once: the tape and where attributes and links stand in it.
struct RecordBody {
  let tape: Tape
  let attributes: TapeValue
  let links: TapeValue?

  private static let attributesKey = Symbols.shared.intern("attributes")
  private static let linksKey = Symbols.shared.intern("links")
  private static let handleKey = Symbols.shared.intern("handle")
  private static let keyKey = Symbols.shared.intern("key")

  /// The name in addresses, for types that have one.
  var handle: String? { attributes[Self.handleKey]?.string }

  /// Whether it is a translation of a handle.
  var isOfHandle: Bool { attributes[Self.keyKey]?.string == TranslationTable.handleKey }

  /// Reads a body from its JSON.
  init(_ bytes: UnsafeRawBufferPointer) throws(Misfit) {
    let tape: Tape
    do throws(FormatError) {
      tape = try JSON.parse(bytes)
    } catch {
      throw Misfit(reason: error.description, pointer: nil)
    }
    try self.init(tape)
  }

  /// Takes a body that a source has parsed.
  init(_ tape: Tape) throws(Misfit) {
    self.tape = tape
    guard let attributes = tape.value[Self.attributesKey], attributes.kind == .object else {
      throw Misfit(reason: "there is no object of attributes", pointer: "/attributes")
    }
    let links = tape.value[Self.linksKey]
    guard links == nil || links?.isNull == true || links?.kind == .object else {
      throw Misfit(reason: "links must be an object", pointer: "/links")
    }
    self.attributes = attributes
    self.links = links?.isNull == true ? nil : links
  }

  /// Throws the first thing because of which a page could not be made from this record: against the
  /// contract's schema, then against what the catalogue can decode.
  func check(type: ResourceType, id: String) throws(Misfit) {
    let faults = ResourceSchema.of(type).check(
      attributes: attributes, links: links, isReading: true)
    if let fault = faults.first {
      let more = faults.count > 1 ? " (and \(faults.count - 1) more)" : ""
      throw Misfit(reason: fault.message + more, pointer: fault.pointer)
    }
    do throws(CatalogError) {
      try decode(type: type, id: id)
    } catch {
      throw Misfit(reason: error.message, pointer: error.pointer)
    }
  }

  private func decode(type: ResourceType, id: String) throws(CatalogError) {
    switch type {
    case .product: _ = try ProductRecord(id: id, attributes: attributes, links: links)
    case .variant: _ = try VariantRecord(id: id, attributes: attributes, links: links)
    case .media: _ = try MediaRecord(id: id, attributes: attributes, links: links)
    case .collection: _ = try CollectionRecord(id: id, attributes: attributes, links: links)
    case .location: _ = try LocationRecord(id: id, attributes: attributes, links: links)
    case .inventoryLevel:
      _ = try InventoryLevelRecord(id: id, attributes: attributes, links: links)
    case .market: _ = try MarketRecord(id: id, attributes: attributes, links: links)
    case .priceList: _ = try PriceListRecord(id: id, attributes: attributes, links: links)
    case .price: _ = try PriceRecord(id: id, attributes: attributes, links: links)
    case .translation: _ = try TranslationRecord(id: id, attributes: attributes, links: links)
    case .redirect: _ = try RedirectRecord(id: id, attributes: attributes, links: links)
    case .program: _ = try ProgramRecord(id: id, attributes: attributes, links: links)
    case .tier: _ = try TierRecord(id: id, attributes: attributes, links: links)
    case .benefit: _ = try BenefitRecord(id: id, attributes: attributes, links: links)
    case .entitlement: _ = try EntitlementRecord(id: id, attributes: attributes, links: links)
    case .gate: _ = try GateRecord(id: id, attributes: attributes, links: links)
    case .membership, .customer: break
    }
  }
}

/// Why a body goes to quarantine.
struct Misfit: Error {
  let reason: String
  let pointer: String?
}
