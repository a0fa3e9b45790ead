import Bytes
import Formats

/// What django-oscar-api does with the members of a product that is written, as seen on the real
/// one: texts lose the spaces around them, unknown members are overlooked, a UPC is unique, and
/// nobody looks at `If-Match`.
enum FakeOscarForm {
  /// Takes the members over; the body of a 400 where one does not fit.
  static func apply(
    _ body: TapeValue, to product: inout FakeOscar.Product, of state: FakeOscar.State
  ) -> String? {
    if let title = body["title"] {
      guard let text = title.string else { return #"{"title":["This field may not be null."]}"# }
      guard text.count <= 255 else {
        return #"{"title":["Ensure this field has no more than 255 characters."]}"#
      }
      product.title = trimmed(text)
    }
    if let description = body["description"] {
      guard let text = description.string else {
        return #"{"description":["This field may not be null."]}"#
      }
      product.description = trimmed(text)
    }
    if let text = body["meta_title"] { product.metaTitle = text.string.map(trimmed) }
    if let text = body["meta_description"] { product.metaDescription = text.string.map(trimmed) }
    if let slug = body["slug"]?.string {
      guard slug.allSatisfy({ $0.isLetter || $0.isNumber || "_-".contains($0) }) else {
        return
          #"{"slug":["Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."]}"#
      }
      product.slug = slug
    }
    if let flag = body["is_public"]?.boolean { product.isPublic = flag }
    if let upc = body["upc"]?.string {
      let id = product.id
      guard !state.products.values.contains(where: { $0.upc == upc && $0.id != id }) else {
        return #"{"upc":["Product with this UPC already exists."]}"#
      }
      product.upc = upc
    }
    if let names = body["categories"] { product.categories = names.children.compactMap(\.string) }
    return nil
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
