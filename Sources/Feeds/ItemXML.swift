import Bytes
import Catalog
import Formats

extension FeedProfile {
  /// Writes an item as one `item` element in the channel's names and order.
  func append(_ item: FeedItem, to xml: inout XMLWriter) {
    xml.start("item")
    for (field, name) in fields { append(item, field, element(name), to: &xml) }
    xml.end()
  }

  private func append(
    _ item: FeedItem, _ field: Field, _ name: String, to xml: inout XMLWriter
  ) {
    switch field {
    case .id: xml.element(name, item.id)
    case .title: xml.element(name, item.title)
    case .description: xml.element(name, item.description)
    case .link: xml.element(name, item.link)
    case .image: xml.element(name, item.image)
    case .furtherImages: for image in item.furtherImages { xml.element(name, image) }
    case .availability: xml.element(name, item.availability.rawValue)
    case .availableFrom: xml.element(name, item.availableFrom?.rfc3339)
    case .price: xml.element(name, item.price.description)
    case .salePrice: xml.element(name, item.salePrice?.description)
    case .groupID: xml.element(name, item.groupID)
    case .brand: xml.element(name, item.brand)
    case .gtin: xml.element(name, item.gtin)
    case .mpn: xml.element(name, item.mpn)
    case .identifierExists:
      // "no" is a statement about the article, allowed only where nothing identifies it.
      if item.gtin == nil, item.mpn == nil || item.brand == nil { xml.element(name, "no") }
    case .condition:
      if !item.attributes.contains(where: { $0.name == "condition" }) { xml.element(name, "new") }
    case .googleCategory: xml.element(name, item.googleCategory)
    case .productType: xml.element(name, item.productType)
    case .weight: xml.element(name, item.weightG.map { "\($0) g" })
    case .attributes:
      for attribute in item.attributes { xml.element(prefix + attribute.name, attribute.value) }
    case .furtherOptions:
      for option in item.furtherOptions {
        xml.start(name)
        xml.element(prefix + "name", option.name)
        xml.element(prefix + "value", option.value)
        xml.end()
      }
    case .loyalty: for loyalty in item.loyalty { append(loyalty, name, to: &xml) }
    }
  }

  private func append(_ loyalty: FeedItem.Loyalty, _ name: String, to xml: inout XMLWriter) {
    xml.start(name)
    xml.element(prefix + "program_label", loyalty.programLabel)
    xml.element(prefix + "tier_label", loyalty.tierLabel)
    xml.element(prefix + "price", loyalty.price.description)
    xml.end()
  }

  /// Everything before the first item.
  func opening(title: String, link: String, description: String, snapshotID: String)
    -> XMLWriter
  {
    var xml = XMLWriter()
    xml.declaration()
    xml.start("rss")
    xml.attribute("version", "2.0")
    xml.attribute("xmlns:\(prefix.dropLast())", namespace)
    xml.start("channel")
    xml.element("title", title)
    xml.element("link", link)
    xml.element("description", description)
    xml.element("generator", "trumeau; snapshot \(snapshotID)")
    xml.noteForeignElements()
    return xml
  }

  /// A writer for items that stand inside `channel`.
  func fragment() -> XMLWriter { XMLWriter(capacity: 1 << 16, baseDepth: 2) }
}
