public import Bytes
import Glibc

/// A part of an open file.
public struct FileSlice: Sendable {
  let file: OpenDescriptor
  let offset: Int
  let count: Int
}

/// A file descriptor that is closed with the last answer that uses it, unless it was handed over.
final class OpenDescriptor: Sendable {
  let number: Int32

  init?(path: String) {
    number = open(path, O_RDONLY | O_CLOEXEC)
    if number < 0 { return nil }
  }

  deinit { close(number) }

  /// A second descriptor of the same file, for somebody who closes it.
  func duplicate() -> Int32 { fcntl(number, F_DUPFD_CLOEXEC, 0) }
}

extension Response {
  /// A file as it is, with entity tag, last change, conditions (RFC 9110 §13) and one range (§14).
  ///
  /// - Parameters:
  ///   - etag: a strong tag with its quotes; by default made of inode, size and time.
  ///   - headers: what else the answer says.
  /// - Returns: 200, 206, 304, 412 or 416; nil where there is no such file.
  public static func file(
    _ path: String, for request: Request, contentType: String, etag: String? = nil,
    headers: Headers = Headers()
  ) -> Response? {
    guard let file = OpenDescriptor(path: path) else { return nil }
    var status = stat()
    guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let size = Int(status.st_size)
    let modified = Instant(seconds: Int64(status.st_mtim.tv_sec))
    let micros = Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1000
    let tag =
      etag
      ?? "\"\(String(status.st_ino, radix: 16))-\(String(size, radix: 16))-\(String(micros, radix: 16))\""
    var response = Response(headers: headers)
    response.headers.set("ETag", tag)
    response.headers.set("Last-Modified", HTTPTime.text(modified))
    response.headers.set("Accept-Ranges", "bytes")
    if !Condition.allowsMatch(request, etag: tag) {
      response.status = 412
      return response
    }
    if Condition.isNotModified(request, etag: tag, modified: modified) {
      response.status = 304
      return response
    }
    response.headers.set("Content-Type", contentType)
    switch ByteRange.wanted(by: request, etag: tag, modified: modified, size: size) {
    case .whole:
      response.body = .file(FileSlice(file: file, offset: 0, count: size))
    case .part(let range):
      response.status = 206
      response.headers.set(
        "Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)")
      response.body = .file(
        FileSlice(file: file, offset: range.lowerBound, count: range.count))
    case .unsatisfiable:
      response.status = 416
      response.headers.set("Content-Range", "bytes */\(size)")
    }
    return response
  }
}

/// Conditions of a request (RFC 9110 §13).
public enum Condition {
  /// The entity tags of a list header; `*` stands alone.
  static func tags(_ text: String) -> [String] {
    text.split(separator: ",").map { String($0.drop { $0 == " " }.trimmingSpaces) }
  }

  /// Whether `If-None-Match`, or without it `If-Modified-Since`, says that the reader has it.
  public static func isNotModified(
    _ request: Request, etag: String, modified: Instant? = nil
  ) -> Bool {
    let wanted = request.headers.values("If-None-Match")
    if !wanted.isEmpty {
      return wanted.flatMap(tags).contains {
        $0 == "*" || $0 == etag || $0 == "W/\(etag)"
      }
    }
    guard let modified, let since = request.headers["If-Modified-Since"].flatMap(HTTPTime.parse)
    else { return false }
    return modified <= since
  }

  /// Whether `If-Match` lets the request through: absent, `*`, or the tag itself (strongly).
  public static func allowsMatch(_ request: Request, etag: String) -> Bool {
    let wanted = request.headers.values("If-Match")
    return wanted.isEmpty || wanted.flatMap(tags).contains { $0 == "*" || $0 == etag }
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    var text = self
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}

/// One range of bytes (RFC 9110 §14).
enum ByteRange {
  case whole
  case part(Range<Int>)
  case unsatisfiable

  /// What a request wants of `size` bytes. Several ranges, other units and nonsense count as no
  /// range, as the RFC allows.
  static func wanted(by request: Request, etag: String, modified: Instant, size: Int) -> ByteRange {
    guard let text = request.headers["Range"], text.hasPrefix("bytes="),
      request.method == "GET" || request.method == "HEAD"
    else { return .whole }
    if let condition = request.headers["If-Range"] {
      let holds =
        condition.hasPrefix("\"")
        ? condition == etag : HTTPTime.parse(condition).map { $0 == modified } ?? false
      if !holds { return .whole }
    }
    let parts = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
    else { return .whole }
    if parts[0].isEmpty {
      guard let suffix = Int(parts[1]) else { return .whole }
      if suffix == 0 || size == 0 { return .unsatisfiable }
      return .part(max(size - suffix, 0)..<size)
    }
    guard let first = Int(parts[0]) else { return .unsatisfiable }
    if first >= size { return .unsatisfiable }
    if parts[1].isEmpty { return .part(first..<size) }
    let last = Int(parts[1]) ?? size - 1
    if last < first { return .whole }
    return .part(first..<(min(last, size - 1) + 1))
  }
}
