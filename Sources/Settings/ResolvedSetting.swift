public import Diagnostics
import Formats

/// Where the value of a setting came from.
public enum SettingOrigin: Sendable, Equatable {
  /// An environment variable.
  case environment(String)
  /// A file of the project.
  case file(SourceLocation)
  /// Nobody said anything.
  case fallback

  /// For a person.
  public var words: String {
    switch self {
    case .environment(let name): "environment \(name)"
    case .file(let place): "\(place.file):\(place.line)"
    case .fallback: "default"
    }
  }
}

/// A setting with its value and origin, as `trumeau config show` prints it.
public struct ResolvedSetting: Sendable {
  /// Keys joined by dots, as `api.url`.
  public let path: String
  /// The value as it would be written.
  public let shown: String
  /// Where it came from.
  public let origin: SettingOrigin
}

/// Reads values by their path: environment first, then the file, then the default.
struct SettingsReader {
  let file: SettingsFile
  let node: YAMLNode?
  let environment: (String) -> String?

  func resolve(_ path: String) -> ResolvedSetting? {
    guard let key = key(at: path) else { return nil }
    if file == .config {
      let name = "TRUMEAU_" + path.uppercased().replacing(".", with: "_")
      if let text = environment(name) {
        return ResolvedSetting(path: path, shown: text, origin: .environment(name))
      }
    }
    if let found = find(path), let text = found.string {
      return ResolvedSetting(path: path, shown: text, origin: .file(found.location))
    }
    return key.fallback.map { ResolvedSetting(path: path, shown: $0, origin: .fallback) }
  }

  func text(_ path: String) -> String? { resolve(path)?.shown }

  func find(_ path: String) -> YAMLNode? {
    var current = node
    for part in path.split(separator: ".") { current = current?[String(part)] }
    return current
  }

  private func key(at path: String) -> SettingKey? {
    var keys = file.keys
    var found: SettingKey?
    for part in path.split(separator: ".") {
      found = keys.first { $0.name == part }
      if case .section(let inner) = found?.kind { keys = inner } else { keys = [] }
    }
    return found
  }

  /// All scalar settings at fixed paths.
  func all() -> [ResolvedSetting] {
    func paths(_ keys: [SettingKey], _ prefix: String) -> [String] {
      keys.flatMap { key -> [String] in
        let path = prefix.isEmpty ? key.name : "\(prefix).\(key.name)"
        switch key.kind {
        case .section(let inner): return paths(inner, path)
        case .table, .list, .localizedText: return []
        default: return [path]
        }
      }
    }
    return paths(file.keys, "").compactMap(resolve)
  }
}
