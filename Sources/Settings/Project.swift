import Catalog
public import Diagnostics
import Formats
public import Machine

/// Why there are no settings to work with.
public struct SettingsError: Error, Sendable, CustomStringConvertible {
  /// What sort of failure; part of the public contract.
  public enum Code: String, Sendable, CaseIterable {
    /// No `trumeau.yaml` here or above.
    case noProject = "config.no-project"
    /// A file cannot be read.
    case unreadable = "config.unreadable"
  }

  /// What sort of failure.
  public let code: Code
  /// The cause in one sentence.
  public let message: String

  /// One line for a person.
  public var description: String { message }
}

/// A project: its folder and everything that its files say.
public struct Project: Sendable {
  /// The folder of `trumeau.yaml`.
  public let root: String
  /// What `trumeau.yaml` says.
  public let site: SiteSettings
  /// The storefronts, in the order of their names.
  public let storefronts: [StorefrontSettings]
  /// The channels, in the order of their names.
  public let channels: [ChannelSettings]
  /// The drops, in the order of their names.
  public let drops: [DropSettings]
  /// Every single setting of `trumeau.yaml` with its origin.
  public let values: [ResolvedSetting]

  /// The language that records' own texts and files without a language in their name are in.
  public func sourceLocale(of storefront: StorefrontSettings) -> String {
    site.sourceLocale ?? storefront.defaultLocale
  }

  /// Finds the project of `folder` by walking up, and reads its files.
  ///
  /// What is wrong in them goes to `sink`; a file with errors counts as far as it can be read.
  public static func load(
    from folder: String, sink: DiagnosticSink,
    environment: @escaping (String) -> String? = { Environment.value($0) }
  ) throws(SettingsError) -> Project {
    let root = try find(from: folder)
    let node = try read("trumeau.yaml", .config, in: root, sink)
    let reader = SettingsReader(file: .config, node: node, environment: environment)
    var storefronts: [StorefrontSettings] = []
    for name in names(in: "\(root)/storefronts") {
      let node = try read("storefronts/\(name).yaml", .storefront, in: root, sink)
      let reader = SettingsReader(file: .storefront, node: node, environment: environment)
      if let storefront = StorefrontSettings(reader, name: name, sink: sink) {
        storefronts.append(storefront)
      }
    }
    var channels: [ChannelSettings] = []
    for name in names(in: "\(root)/channels") {
      let node = try read("channels/\(name).yaml", .channel, in: root, sink)
      let reader = SettingsReader(file: .channel, node: node, environment: environment)
      if let channel = ChannelSettings(reader, name: name) { channels.append(channel) }
    }
    let site = SiteSettings(reader)
    FolderCheck(root: root, site: site, storefronts: storefronts, sink: sink).check()
    let drops = try self.drops(in: root, site, sink, environment)
    for drop in drops {
      for name in drop.storefronts where !storefronts.contains(where: { $0.name == name }) {
        sink.report(
          Diagnostic(
            "config.wrong-value", .error,
            "the drop \(drop.drop.name) is for the storefront \"\(name)\", which does not exist",
            help: "storefronts: \(storefronts.map(\.name).joined(separator: ", "))"))
      }
    }
    for index in storefronts.indices {
      let name = storefronts[index].name
      storefronts[index].drops = drops.filter {
        $0.storefronts.isEmpty || $0.storefronts.contains(name)
      }.map(\.drop)
    }
    return Project(
      root: root, site: site, storefronts: storefronts, channels: channels, drops: drops,
      values: reader.all())
  }

  private static func drops(
    in root: String, _ site: SiteSettings, _ sink: DiagnosticSink,
    _ environment: @escaping (String) -> String?
  ) throws(SettingsError) -> [DropSettings] {
    var drops: [DropSettings] = []
    for name in names(in: "\(root)/drops") {
      let node = try read("drops/\(name).yaml", .drop, in: root, sink)
      let reader = SettingsReader(file: .drop, node: node, environment: environment)
      if let drop = DropSettings(reader, name: name, usualZone: site.timeZone, sink: sink) {
        drops.append(drop)
      } else if !sink.hasErrors {
        // A drop that is not understood must not open anything.
        sink.report(
          Diagnostic("config.missing-key", .error, "drops/\(name).yaml has no `opens`"))
      }
    }
    return drops
  }

  /// A path of the settings as one that can be opened from anywhere.
  public func path(_ relative: String) -> String { Path.join(root, relative) }

  private static func find(from folder: String) throws(SettingsError) -> String {
    let start = folder.hasPrefix("/") ? folder : Path.join(Files.currentFolder, folder)
    var current = start
    while true {
      if Files.exists(Path.join(current, "trumeau.yaml")) { return current }
      let above = Path.folder(of: current)
      guard above != current, !above.isEmpty else { break }
      current = above
    }
    throw SettingsError(
      code: .noProject, message: "there is no trumeau.yaml in \(start) or in a folder above it")
  }

  private static func names(in folder: String) -> [String] {
    let files = (try? Files.list(folder)) ?? []  // no folder: no such files
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
  }

  private static func read(
    _ name: String, _ file: SettingsFile, in root: String, _ sink: DiagnosticSink
  ) throws(SettingsError) -> YAMLNode? {
    let text: String
    do {
      // Some editors put a mark before UTF-8 that is none of the text.
      text = String(try Files.readText(Path.join(root, name)).trimmingPrefix("\u{FEFF}"))
    } catch {
      throw SettingsError(code: .unreadable, message: "\(error)")
    }
    do {
      let node = try YAML.parse(text, file: name)
      SettingsCheck(file: file, sink: sink).check(node)
      return node
    } catch {
      sink.report(error.diagnostic)
      return nil
    }
  }
}
