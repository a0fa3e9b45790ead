import Machine
import Settings

/// Which parts of a project some changed files belong to.
struct ProjectChange: Sendable, Equatable {
  /// `trumeau.yaml`, storefronts, channels or drops.
  var hasSettings = false
  /// Style sheets of the theme.
  var hasStyles = false
  /// Anything else of the theme.
  var hasTheme = false
  /// Files about products.
  var hasProducts = false
  /// Other content.
  var hasContent = false
  /// Pictures.
  var hasMedia = false
  /// The mirror's file.
  var hasMirror = false
  /// Names of the files, for a person.
  var names: [String] = []

  /// Nothing.
  init() {}

  /// Everything: when nobody can say what changed.
  static var everything: ProjectChange {
    var change = ProjectChange()
    (change.hasSettings, change.hasTheme, change.hasProducts) = (true, true, true)
    (change.hasContent, change.hasMedia, change.hasMirror) = (true, true, true)
    return change
  }

  /// Whether files of people changed.
  var hasFiles: Bool {
    hasSettings || hasStyles || hasTheme || hasProducts || hasContent || hasMedia
  }

  /// Whether nothing of the project changed.
  var isEmpty: Bool { !hasFiles && !hasMirror }

  /// Whether nothing but style sheets changed.
  var isStylesOnly: Bool {
    hasStyles && !(hasSettings || hasTheme || hasProducts || hasContent || hasMedia || hasMirror)
  }

  /// Whether a build soon finds out what little is different, rather than rendering everything.
  var isSmall: Bool { !hasSettings && !hasStyles && !hasTheme && !hasContent && !hasMedia }

  /// Sorts changed files of a project.
  init(_ paths: some Sequence<String>, of project: Project, storefront: StorefrontSettings?) {
    let mirror = project.path(project.site.mirrorPath)
    let theme = storefront.map { project.path($0.theme) }
    let content = storefront.map { project.path($0.content) }
    let media = project.path(project.site.media.folder)
    for path in paths.sorted() {
      if path == mirror || path == "\(mirror)-wal" {
        hasMirror = true
        continue
      }
      let name = Path.name(of: path)
      guard !Self.isPassing(name) else { continue }
      // `sed -i` writes `sedXyZ123` and renames it.
      if !name.contains("."), !Files.exists(path) { continue }
      if let theme, path.hasPrefix("\(theme)/") {
        if path.hasPrefix("\(theme)/assets/"), name.hasSuffix(".css") {
          hasStyles = true
        } else {
          hasTheme = true
        }
      } else if let content, path.hasPrefix("\(content)/products/") {
        hasProducts = true
      } else if let content, path.hasPrefix("\(content)/") {
        hasContent = true
      } else if path.hasPrefix("\(media)/") {
        hasMedia = true
      } else if Self.isSettings(path, project) {
        hasSettings = true
      } else {
        continue
      }
      names.append(
        path.hasPrefix("\(project.root)/")
          ? String(path.dropFirst(project.root.utf8.count + 1)) : path)
    }
  }

  private static func isSettings(_ path: String, _ project: Project) -> Bool {
    let folder = Path.folder(of: path)
    return path == "\(project.root)/trumeau.yaml"
      || (path.hasSuffix(".yaml")
        && ["storefronts", "channels", "drops"].contains { folder == "\(project.root)/\($0)" })
  }

  /// Whether a file is an editor's own and soon gone: hidden, a backup, or Vim's trial file `4913`.
  static func isPassing(_ name: String) -> Bool {
    name.hasPrefix(".") || name.hasPrefix("#") || name.hasSuffix("~") || name.hasSuffix(".tmp")
      || name.hasSuffix(".swp") || name.hasSuffix(".swx") || name == "4913"
  }

  /// Folders in which a change concerns a storefront.
  static func places(_ project: Project, _ storefront: StorefrontSettings?) -> [FileWatch.Place] {
    var places = [
      FileWatch.Place(project.root, isRecursive: false),
      FileWatch.Place("\(project.root)/storefronts", isRecursive: false),
      FileWatch.Place("\(project.root)/channels", isRecursive: false),
      FileWatch.Place("\(project.root)/drops", isRecursive: false),
      FileWatch.Place(
        Path.folder(of: project.path(project.site.mirrorPath)), isRecursive: false,
        countsEveryWrite: true),
      FileWatch.Place(project.path(project.site.media.folder)),
    ]
    if let storefront {
      places.append(FileWatch.Place(project.path(storefront.theme)))
      places.append(FileWatch.Place(project.path(storefront.content)))
    }
    return places
  }
}
