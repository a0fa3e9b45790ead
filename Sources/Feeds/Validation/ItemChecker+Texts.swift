import Bytes
import Catalog
import Diagnostics

/// Rules about texts, pictures, identifiers, categories and delivery.
extension ItemChecker {
  private static let promotions = [
    "free shipping", "buy now", "best price", "% off", "sale!", "livraison gratuite", "soldes",
    "order now", "limited time",
  ]

  func checkTexts() {
    if let title = item.first("title") { checkStyle(title) }
    for name in ["title", "description"] {
      guard let attribute = item.first(name) else { continue }
      let value = attribute.value
      if ["&amp;", "&lt;", "&gt;", "&quot;", "&#"].contains(where: value.contains) {
        find(
          "double-escape", .warning, "\(name) was escaped twice: it holds \"&amp;\" or the like",
          at: attribute)
      }
      if name == "description", Self.holdsTags(value) {
        find("description-html", .warning, "description holds HTML tags", at: attribute)
      }
    }
  }

  private func checkStyle(_ title: RawAttribute) {
    let value = title.value
    let letters = value.unicodeScalars.filter(\.properties.isCased)
    let lower = value.lowercased()
    let fault: String? =
      if letters.count > 10, letters.allSatisfy(\.properties.isUppercase) {
        "title is all in capitals"
      } else if let word = Self.promotions.first(where: { lower.contains($0) }) {
        "title advertises: \"\(word)\""
      } else if value.unicodeScalars.contains(where: \.properties.isEmojiPresentation) {
        "title holds an emoji"
      } else {
        nil
      }
    if let fault { find("title-style", .warning, fault, at: title) }
  }

  private static func holdsTags(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.indices.dropLast().contains { index in
      bytes[index] == 0x3C && (bytes[index + 1] == 0x2F || bytes[index + 1] | 0x20 >= 0x61)
        && bytes[index...].contains(0x3E)
    }
  }

  // MARK: pictures

  private static let otherFormats: Set<String> = [
    "svg", "avif", "heic", "pdf", "psd", "eps", "mp4", "html",
  ]

  func checkImageFormat(_ attribute: RawAttribute, _ name: String) {
    let path = attribute.value.prefix { $0 != "?" && $0 != "#" }
    let file = path.split(separator: "/").last ?? ""
    guard let dot = file.lastIndex(of: ".") else { return }
    let ending = file[file.index(after: dot)...].lowercased()
    if Self.otherFormats.contains(ending) {
      find(
        "image-format", .error, "\(name) is a .\(ending) file", at: attribute,
        help: "the channel reads JPEG, PNG, WebP, GIF, BMP and TIFF")
    }
  }

  func checkPictures() {
    let main = item.first("image_link")
    var seen: Set<String> = []
    for attribute in [main].compactMap(\.self) + item.all("additional_image_link") {
      if !seen.insert(attribute.value).inserted {
        find("image-duplicate", .warning, "the same picture stands twice", at: attribute)
      }
      let lower = attribute.value.lowercased()
      if ["placeholder", "no-image", "noimage", "no_image", "coming-soon"].contains(
        where: lower.contains)
      {
        find("image-placeholder", .warning, "the picture is a placeholder", at: attribute)
      }
    }
  }

  // MARK: identifiers

  func checkGTIN(_ attribute: RawAttribute) {
    let value = attribute.value
    let digits = value.filter(\.isNumber)
    if Set(digits).count == 1, digits.count > 7 {
      return find("gtin-placeholder", .error, "\(shown(value)) is no real GTIN", at: attribute)
    }
    do throws(GTIN.Fault) {
      let number = try GTIN(value)
      if number.use != .item {
        find(
          "gtin-restricted", .error, "\(shown(value)) is of a range that is not for articles",
          at: attribute)
      }
      if isShared(gtin: number.fourteen, by: item.value("id") ?? "") {
        find("gtin-shared", .warning, "another item has the GTIN \(value) too", at: attribute)
      }
    } catch {
      let code =
        switch error {
        case .notDigits: "gtin-format"
        case .length: "gtin-length"
        case .checkDigit: "gtin-check-digit"
        }
      find(
        code, .error, "\(shown(value)) is not a GTIN", at: attribute,
        help: error == .checkDigit ? "the last digit does not fit the others" : nil)
    }
  }

  func checkIdentifiers() {
    let brand = item.value("brand")
    let mpn = item.value("mpn")
    let gtin = item.value("gtin")
    let exists = item.first("identifier_exists")
    let isDenied = exists.map { ["no", "false"].contains($0.value.lowercased()) } ?? false
    let isNew = (item.value("condition") ?? "new") == "new"
    if brand == nil, isNew, !isDenied {
      find("brand-missing", .warning, "a new article needs a brand")
    }
    if gtin == nil, mpn == nil, !isDenied {
      find(
        "identifiers-missing", .warning, "the item has neither gtin nor mpn",
        help: "add one, or identifier_exists no where the article has none")
    }
    if isDenied, gtin != nil || (mpn != nil && brand != nil) {
      find(
        "identifier-exists-conflict", .warning,
        "identifier_exists is no, and yet the item has identifiers", at: exists,
        help: "leave identifier_exists out")
    }
  }

  // MARK: category

  private static let apparelCountries: Set<String> = ["BR", "FR", "DE", "JP", "GB", "US"]

  func checkCategory() {
    checkColour()
    guard let category = item.first("google_product_category"), !category.value.isEmpty else {
      return
    }
    let path: String
    if let taxonomy {
      guard let found = taxonomy.path(category.value) else {
        return find(
          "category-unknown", .error, "\(shown(category.value)) is not in Google's taxonomy",
          at: category)
      }
      path = found
    } else {
      path = category.value
    }
    if taxonomy != nil, !path.contains(" > ") {
      find(
        "category-too-broad", .warning, "the category \"\(path)\" is a whole department",
        at: category, help: "name a category below it")
    }
    if path.hasPrefix("Apparel & Accessories") { checkApparel(path) }
  }

  private func checkApparel(_ path: String) {
    let isDemanded =
      options.countries.isEmpty || !Self.apparelCountries.isDisjoint(with: options.countries)
    var wanted = ["color", "age_group", "gender"]
    if path.hasPrefix("Apparel & Accessories > Clothing")
      || path.hasPrefix("Apparel & Accessories > Shoes")
    {
      wanted.append("size")
    }
    for name in wanted where item.value(name) == nil {
      find(
        "apparel-missing:\(name)", isDemanded ? .error : .warning, "apparel needs \(name)",
        help: "say in the channel's attributes where \(name) comes from")
    }
  }

  private func checkColour() {
    guard let colour = item.first("color") else { return }
    let parts = colour.value.split(separator: "/")
    if parts.count > 3 {
      find("color-count", .warning, "color names more than three colours", at: colour)
    }
    if parts.contains(where: { $0.unicodeScalars.count > 40 }) {
      find("color-length", .warning, "a colour has more than 40 characters", at: colour)
    }
  }

  // MARK: delivery

  func checkShipping() {
    var rates: [String: String] = [:]
    for shipping in item.all("shipping") {
      for kind in ["handling_time", "transit_time"] {
        let least = shipping.first("min_\(kind)").flatMap { Int($0.value) }
        let most = shipping.first("max_\(kind)").flatMap { Int($0.value) }
        if let least, let most, least > most {
          find("range-order:\(kind)", .error, "min_\(kind) is above max_\(kind)", at: shipping)
        }
        if least != nil, most == nil {
          find(
            "shipping-time-incomplete", .error, "min_\(kind) needs max_\(kind)", at: shipping)
        }
      }
      let labels = ["loyalty_program_label", "loyalty_tier_label"].filter {
        shipping.first($0) != nil
      }
      if labels.count == 1 {
        find(
          "shipping-loyalty-incomplete", .error, "the two loyalty labels go together",
          at: shipping)
      }
      let key = ["country", "region", "postal_code", "service", "loyalty_tier_label"]
        .map { shipping.first($0)?.value ?? "" }.joined(separator: "\u{1}")
      let rate = shipping.first("price")?.value ?? ""
      if let other = rates.updateValue(rate, forKey: key), other != rate {
        find(
          "shipping-ambiguous", .error, "two rates stand for the same country and service",
          at: shipping)
      }
    }
    let sides = ["shipping_length", "shipping_width", "shipping_height"].filter {
      item.first($0) != nil
    }
    if !sides.isEmpty, sides.count < 3 {
      find(
        "shipping-dimensions-incomplete", .warning,
        "length, width and height are used only together", at: item.first(sides[0]))
    }
    if let tax = item.first("tax") {
      find("tax-obsolete", .warning, "tax has not been read since July 2025", at: tax)
    }
  }
}
