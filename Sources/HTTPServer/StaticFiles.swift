import Glibc
import Machine

/// Serves a folder as a static host would: `index.html` for folders, its own 404 page, entity
/// tags and ranges. Nothing outside the folder can be reached, by `..`, by escapes or by links.
public struct StaticFiles: Sendable {
  /// The folder; it may be a link that is swapped while serving.
  public let root: String
  /// Page shown where there is nothing, relative to the folder.
  public let notFoundPage: String
  /// Header fields of every answer.
  public let headers: Headers

  /// Serves `root`.
  public init(
    root: String, notFoundPage: String = "404.html",
    headers: Headers = ["Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"]
  ) {
    self.root = root
    self.notFoundPage = notFoundPage
    self.headers = headers
  }

  /// The answer to a request.
  public func respond(to request: Request) -> Response {
    guard request.method == "GET" || request.method == "HEAD" else {
      var response = plain(405, "Only GET and HEAD are served here\n")
      response.headers.set("Allow", "GET, HEAD")
      return response
    }
    guard var parts = request.segments else { return plain(400, "Malformed path\n") }
    let isFolder = parts.last == ""
    if isFolder { parts.removeLast() }
    guard parts.allSatisfy(Self.isServed) else { return notFound(request) }
    let path = ([root] + parts).joined(separator: "/")
    if isFolder { return file("\(path)/index.html", request) ?? notFound(request) }
    if Files.isFolder(path) {
      guard Files.exists("\(path)/index.html") else { return notFound(request) }
      let query = request.rawQuery.map { "?\($0)" } ?? ""
      // Relative to the path's own folder, so that `//host` cannot send anybody elsewhere.
      let name = request.path.split(separator: "/").last ?? ""
      return Response(status: 301, headers: ["Location": "./\(name)/\(query)"])
    }
    return file(path, request) ?? notFound(request)
  }

  private func file(_ path: String, _ request: Request) -> Response? {
    guard isBeneathRoot(path) else { return nil }
    return Response.file(
      path, for: request, contentType: ContentType.of(path), headers: headers)
  }

  private func notFound(_ request: Request) -> Response {
    let page = "\(root)/\(notFoundPage)"
    guard isBeneathRoot(page), let bytes = try? Files.read(page) else {  // no page: plain text
      return plain(404, "Not found\n")
    }
    var response = Response(status: 404, headers: headers, body: .bytes(bytes))
    response.headers.set("Content-Type", ContentType.of(page))
    return response
  }

  private func plain(_ status: Int, _ text: String) -> Response {
    Response(status: status, contentType: "text/plain; charset=utf-8", text: text)
  }

  /// No empty part, no way up, no slash that came as an escape, nothing hidden.
  private static func isServed(_ part: String) -> Bool {
    !part.isEmpty && !part.utf8.contains(UInt8(ascii: "/"))
      && (!part.hasPrefix(".") || part == ".well-known")
  }

  private func isBeneathRoot(_ path: String) -> Bool {
    guard let real = Self.realPath(path), let realRoot = Self.realPath(root) else { return false }
    return real.hasPrefix(realRoot == "/" ? "/" : "\(realRoot)/")
  }

  private static func realPath(_ path: String) -> String? {
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(cString: found)
  }
}

/// Content types by the ending of a name.
public enum ContentType {
  private static let byEnding: [String: String] = [
    "html": "text/html; charset=utf-8", "htm": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8", "json": "application/json",
    "jsonl": "application/jsonl; charset=utf-8", "map": "application/json",
    "webmanifest": "application/manifest+json", "xml": "application/xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8", "atom": "application/atom+xml; charset=utf-8",
    "xsl": "application/xslt+xml", "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8", "tsv": "text/tab-separated-values; charset=utf-8",
    "md": "text/markdown; charset=utf-8", "svg": "image/svg+xml", "png": "image/png",
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "avif": "image/avif", "ico": "image/vnd.microsoft.icon", "woff2": "font/woff2",
    "woff": "font/woff", "ttf": "font/ttf", "otf": "font/otf", "mp4": "video/mp4",
    "webm": "video/webm", "mp3": "audio/mpeg", "pdf": "application/pdf",
    "wasm": "application/wasm", "gz": "application/gzip", "zip": "application/zip",
  ]

  /// The type of a file by its name; unknown endings are plain bytes.
  public static func of(_ path: String) -> String {
    let name = Path.name(of: path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else {
      return "application/octet-stream"
    }
    return byEnding[name[name.index(after: dot)...].lowercased()] ?? "application/octet-stream"
  }
}
