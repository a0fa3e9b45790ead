import Catalog

/// A picture as a page shows it.
public struct ImageView: Hashable, Sendable {
  /// Path or URL of the file.
  public let source: String
  /// Text for those who do not see it.
  public let alt: String
  /// Width in pixels; 0 where it is not known.
  public let width: Int
  /// Height in pixels; 0 where it is not known.
  public let height: Int
  /// Path or URL of a raster form: the file itself, or the twin of a drawing that the site serves.
  public let raster: String

  /// Describes a picture.
  public init(source: String, alt: String, width: Int, height: Int, shop: ShopFacts) {
    self.source = source
    self.alt = alt
    self.width = width
    self.height = height
    raster = Self.raster(of: source, shop)
  }

  private static func raster(of source: String, _ shop: ShopFacts) -> String {
    guard source.hasPrefix(shop.mediaBase), source.hasSuffix(".svg") else { return source }
    return source.dropLast(3) + shop.rasterExtension
  }
}

extension StorefrontView {
  /// The pictures among media records, in order, with their texts in the view's language.
  func images(_ media: [MediaRecord], translations: TranslationTable, title: String) -> [ImageView]
  {
    self.media(media, translations: translations, title: title).compactMap(\.image)
  }

  /// Pictures and films in order, with their texts in the view's language.
  func media(_ media: [MediaRecord], translations: TranslationTable, title: String) -> [MediaView] {
    media.map { record in
      let reference = ResourceReference(type: "media", id: record.id)
      let translated = isSourceLocale ? nil : translations.text(locale, of: reference, "alt")
      let written = translated ?? record.alt
      let alt = written.isEmpty ? title : written
      return switch record.kind {
      case .image:
        .image(
          ImageView(
            source: record.url, alt: alt, width: record.width, height: record.height, shop: shop))
      case .video:
        .video(
          VideoView(source: record.url, alt: alt, width: record.width, height: record.height))
      }
    }
  }
}
