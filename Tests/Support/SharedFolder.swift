import Machine

/// The folder of suites, schemas and data that stands beside some checkouts. Tests that read it
/// are skipped where it is absent.
public enum SharedFolder {
  /// Path of the repository, found from this source file.
  public static let repository: String = {
    var path = #filePath
    for _ in 0..<3 { path = Path.folder(of: path) }
    return path
  }()

  /// Path of the folder: `TRUMEAU_SHARED`, or `../shared` beside the repository.
  public static let path: String =
    Environment.value("TRUMEAU_SHARED") ?? "\(Path.folder(of: repository))/shared"

  /// Whether a path below the folder exists.
  public static func has(_ relative: String) -> Bool { Files.exists("\(path)/\(relative)") }

  /// What a skipped test says.
  public static let absent = "../shared is not here; the clone's own tests cover this behaviour"
}
