public import Bytes

/// Writes what the product itself puts into the head of every page: canonical address, versions in
/// other languages and markets, social cards, structured data.
public enum HeaderContent {
  /// Appends the elements for a page. `styles` and `scripts` are addresses of what the theme's
  /// sections bring along.
  public static func append(
    _ page: PageFrame, in view: StorefrontView, structuredData: [[UInt8]], styles: [String] = [],
    scripts: [String] = [], to buffer: inout ByteBuffer
  ) {
    for style in styles { link("stylesheet", style, &buffer) }
    for script in scripts {
      buffer.append("<script src=\"")
      buffer.append(escapingMarkup: script)
      buffer.append("\" defer></script>\n")
    }
    link("canonical", page.canonicalURL, &buffer)
    for alternate in page.alternates {
      buffer.append("<link rel=\"alternate\" hreflang=\"")
      buffer.append(escapingMarkup: alternate.hreflang)
      buffer.append("\" href=\"")
      buffer.append(escapingMarkup: alternate.url)
      buffer.append("\">\n")
    }
    if page.isUnlisted { buffer.append("<meta name=\"robots\" content=\"noindex\">\n") }
    if let previous = page.paging?.previous {
      link("prev", view.addresses.absolute(previous), &buffer)
    }
    if let next = page.paging?.next { link("next", view.addresses.absolute(next), &buffer) }
    if page.template == "blog" || page.template == "article" {
      buffer.append("<link rel=\"alternate\" type=\"application/atom+xml\" href=\"")
      buffer.append(escapingMarkup: view.addresses.journalFeed)
      buffer.append("\">\n")
    }
    meta("property", "og:site_name", view.shop.name, &buffer)
    meta("property", "og:type", page.template == "article" ? "article" : "website", &buffer)
    meta("property", "og:title", page.title, &buffer)
    if !page.description.isEmpty {
      meta("property", "og:description", page.description, &buffer)
    }
    meta("property", "og:url", page.canonicalURL, &buffer)
    meta("property", "og:locale", view.locale.replacing("-", with: "_"), &buffer)
    if let image = page.image {
      meta("property", "og:image", view.addresses.absolute(image.raster), &buffer)
      if !image.alt.isEmpty { meta("property", "og:image:alt", image.alt, &buffer) }
      meta("name", "twitter:card", "summary_large_image", &buffer)
    }
    for json in structuredData {
      buffer.append("<script type=\"application/ld+json\">")
      buffer.append(json)
      buffer.append("</script>\n")
    }
  }

  private static func link(_ relation: StaticString, _ url: String, _ buffer: inout ByteBuffer) {
    buffer.append("<link rel=\"")
    buffer.append(relation)
    buffer.append("\" href=\"")
    buffer.append(escapingMarkup: url)
    buffer.append("\">\n")
  }

  private static func meta(
    _ attribute: StaticString, _ name: StaticString, _ content: String, _ buffer: inout ByteBuffer
  ) {
    buffer.append("<meta ")
    buffer.append(attribute)
    buffer.append("=\"")
    buffer.append(name)
    buffer.append("\" content=\"")
    buffer.append(escapingMarkup: content)
    buffer.append("\">\n")
  }
}
