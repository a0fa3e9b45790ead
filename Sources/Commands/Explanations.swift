import CommandTree

/// What every error code means and what to do about it. The codes are a contract.
///
/// A test reads the sources and fails where a code has no entry, or an entry has no code.
enum Explanations {
  /// One code.
  struct Entry: Sendable {
    let code: String
    let title: String
    let cause: String
    let remedy: String
    /// How a command ends that reports it; `done` where it is a warning and the work goes on.
    let exit: ExitCode

    init(
      _ code: String, _ title: String, _ cause: String, _ remedy: String, exit: ExitCode = .failed
    ) {
      self.code = code
      self.title = title
      self.cause = cause
      self.remedy = remedy
      self.exit = exit
    }
  }

  /// Codes that belong together.
  struct Area: Sendable {
    let title: String
    let entries: [Entry]
  }

  static let areas: [Area] = [
    Area(title: "The program and the machine", entries: machine),
    Area(title: "Settings", entries: settings),
    Area(title: "Files of YAML, JSON and XML", entries: formats),
    Area(title: "Token and sign-in", entries: signIn),
    Area(title: "Pull", entries: pull),
    Area(title: "The network", entries: network),
    Area(title: "The mirror", entries: mirror),
    Area(title: "Edits", entries: edits),
    Area(title: "Plans, pushes and decisions", entries: pushing),
    Area(title: "Build", entries: build),
    Area(title: "Checks of a built site", entries: checks),
    Area(title: "Gating", entries: gating),
    Area(title: "Content", entries: content),
    Area(title: "Files of products", entries: files),
    Area(title: "Spreadsheets", entries: tables),
    Area(title: "Catalogue", entries: catalogue),
    Area(title: "Templates", entries: templates),
    Area(title: "Theme, pictures and sitemaps", entries: theme),
    Area(title: "Leaks", entries: leaks),
    Area(title: "Feeds as they are built", entries: feeds),
    Area(title: "Feeds: the file", entries: feedFile),
    Area(title: "Feeds: identity of items", entries: feedIdentity),
    Area(title: "Feeds: texts, pictures and categories", entries: feedTexts),
    Area(title: "Feeds: prices and availability", entries: feedPrices),
    Area(title: "Feeds: members' prices and delivery", entries: feedMembers),
    Area(title: "The API's store and server", entries: server),
    Area(title: "Seeds", entries: seed),
  ]

  static let all: [Entry] = areas.flatMap(\.entries)

  private static let byCode = Dictionary(
    all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

  /// The entry of a code. What follows a colon names an attribute and belongs to no code.
  static func entry(_ code: String) -> Entry? {
    byCode[String(code.prefix { $0 != ":" })]
  }

  /// What to do, as help of an error.
  static func remedy(_ code: String) -> String? { entry(code)?.remedy }
}
