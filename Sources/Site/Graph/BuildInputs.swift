import Bytes
import Liquid
import Locales
import Machine
import Settings

/// Everything but the mirror that pages are made from, as digests: where one is another than at the last
/// build, all is built anew.
struct BuildInputs {
  let project: Project
  let storefront: StorefrontSettings

  /// Looks at everything, before any of it is read: what changes later is noticed by the next build.
  func look() throws(MachineError) -> SeenInputs {
    SeenInputs(digests: try digests(), productFiles: try productFiles(), feeds: try feeds())
  }

  /// The digests, in a fixed order. Settings and theme are read whole, content and pictures are told by
  /// size, time and number of each file.
  private func digests() throws(MachineError) -> [InputDigest] {
    [
      InputDigest(name: "the program", digest: program()),
      InputDigest(name: "the settings", digest: try settings()),
    ] + (try theme(project.path(storefront.theme))) + [
      InputDigest(
        name: "the content",
        digest: try stamps(of: project.path(storefront.content), without: Self.productFolder)),
      InputDigest(
        name: "the folder of pictures",
        digest: try stamps(of: project.path(project.site.media.folder))
      ),
    ]
  }

  private func program() -> Fingerprint {
    guard let file = Files.information("/proc/self/exe") else { return Fingerprint(of: "") }
    return Fingerprint(of: stamp(file))
  }

  private func settings() throws(MachineError) -> Fingerprint {
    var buffer = ByteBuffer(capacity: 1 << 14)
    // What the environment says instead of a file is among the values.
    for value in project.values {
      for text in [value.path, value.shown, value.origin.words] { buffer.append(counted: text) }
    }
    for name in ["trumeau.yaml", "storefronts/\(storefront.name).yaml"] {
      buffer.append(counted: try Files.read("\(project.root)/\(name)"))
    }
    for drop in storefront.drops { buffer.append("\(drop)") }
    let ignored = "\(project.root)/\(storefront.output)/.gitignore"
    // Where there is none, a build writes the usual one.
    buffer.append(
      counted: (try? Files.read(ignored)) ?? Array(StorefrontBuild.usualIgnoreFile.utf8))
    return buffer.withBytes { Fingerprint(of: $0) }
  }

  /// Each file of the theme by itself, so that a report can name the one that changed.
  private func theme(_ folder: String) throws(MachineError) -> [InputDigest] {
    var digests: [InputDigest] = []
    for path in try Files.walk(folder) {
      let bytes = try Files.read("\(folder)/\(path)")
      digests.append(
        InputDigest(
          name: Self.name(ofThemeFile: path),
          digest: bytes.withUnsafeBytes { Fingerprint(of: $0) }))
    }
    return digests
  }

  private static func name(ofThemeFile path: String) -> String {
    let ending = ".html.liquid"
    return path.hasSuffix(ending)
      ? "the template \(path.dropLast(ending.count))" : "the theme's file \(path)"
  }

  /// Files about products are looked at one by one.
  private static let productFolder = "products/"

  /// The content files about products.
  private func productFiles() throws(MachineError) -> [BuildRecord.ForeignFile] {
    let folder = "\(project.path(storefront.content))/\(Self.productFolder.dropLast())"
    return try files(in: folder).filter {
      $0.name.hasSuffix(".md") && !$0.name.hasSuffix(ProductRenderings.incomingEnding)
    }
  }

  private func stamps(of folder: String, without skipped: String? = nil) throws(MachineError)
    -> Fingerprint
  {
    guard Files.isFolder(folder) else { return Fingerprint(of: "") }
    var buffer = ByteBuffer(capacity: 1 << 14)
    for path in try Files.walk(folder) {
      if let skipped, path.hasPrefix(skipped) { continue }
      buffer.append(counted: path)
      if let file = Files.information("\(folder)/\(path)") { buffer.append(stamp(file)) }
    }
    return buffer.withBytes { Fingerprint(of: $0) }
  }

  private func stamp(_ file: Files.Information) -> String {
    "\(file.size) \(file.modified.microseconds) \(file.inode)"
  }

  /// What others wrote into the public root.
  private func feeds() throws(MachineError) -> [BuildRecord.ForeignFile] {
    try files(in: "\(project.root)/\(storefront.output)/feeds")
  }

  private func files(in folder: String) throws(MachineError) -> [BuildRecord.ForeignFile] {
    guard Files.isFolder(folder) else { return [] }
    var found: [BuildRecord.ForeignFile] = []
    for name in try Files.walk(folder) {
      guard let file = Files.information("\(folder)/\(name)") else { continue }
      found.append(
        BuildRecord.ForeignFile(
          name: name, size: file.size, modified: file.modified.microseconds))
    }
    return found
  }

  // MARK: Time

  /// What templates that look at the time so exactly can see of an instant: equal texts, equal pages.
  func shown(_ instant: Instant, to use: ClockUse) -> String {
    let zone = TimeZoneTable(identifier: project.site.timeZone) ?? .utc
    let local = instant.adding(seconds: Int64(zone.offsetSeconds(at: instant))).date
    return switch use {
    case .none: ""
    case .year: "\(local.year)"
    case .month: "\(local.year)-\(local.month)"
    case .day: "\(local.year)-\(local.month)-\(local.day)"
    case .instant: "\(instant.microseconds)"
    }
  }

  /// The next instant at which such templates see another time: when the year, month or day ends by the
  /// clocks of the project. Nil where they do not look at it, and where every instant is another.
  func nextTurn(of use: ClockUse, after instant: Instant) -> Instant? {
    let zone = TimeZoneTable(identifier: project.site.timeZone) ?? .utc
    let clock = instant.adding(seconds: Int64(zone.offsetSeconds(at: instant)))
    let local = clock.date
    let turn: CivilDate
    switch use {
    case .none, .instant: return nil
    case .year: turn = CivilDate(year: local.year + 1, month: 1, day: 1)
    case .month:
      turn =
        local.month == 12
        ? CivilDate(year: local.year + 1, month: 1, day: 1)
        : CivilDate(year: local.year, month: local.month + 1, day: 1)
    case .day: turn = clock.adding(seconds: 86_400).date
    }
    // Where the clocks bring midnight twice, the date is another for good at the second one; where they
    // leave it out, at the change.
    return switch zone.instant(turn, secondOfDay: 0) {
    case .once(let instant), .twice(_, let instant), .skipped(let instant): instant
    }
  }
}

/// What a look at the inputs saw.
struct SeenInputs {
  /// Digests of everything but the mirror, by name.
  var digests: [InputDigest]
  /// Content files about products.
  var productFiles: [BuildRecord.ForeignFile]
  /// What others wrote into the public root.
  var feeds: [BuildRecord.ForeignFile]
}

extension ThemeFolder {
  /// How exactly templates show the instant at which the mirror was last filled: `as_of` with nothing
  /// but `date: '%Y-%m-%d'` behind it shows a day.
  var useOfPullTime: ClockUse {
    var use = ClockUse.none
    for source in templates.values {
      let text = String(decoding: source.text, as: UTF8.self)
      for range in text.ranges(of: "as_of") {
        // `'footer.as_of'` is a word of the theme.
        if text[..<range.lowerBound].last == "." { continue }
        let rest = text[range.upperBound...].prefix(40).filter { $0 != " " }
        let isDay = rest.hasPrefix("|date:'%Y-%m-%d'") || rest.hasPrefix("|date:\"%Y-%m-%d\"")
        use = max(use, isDay ? .day : .instant)
      }
    }
    return use
  }
}
