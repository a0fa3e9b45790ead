import Machine

/// Standard input, whole or line by line.
enum StandardInput {
  static func bytes() -> [UInt8] {
    (try? OpenFile.standardInput().readAll()) ?? []  // nothing to read is an empty text
  }

  static func text() -> String { String(decoding: bytes(), as: UTF8.self) }

  /// The next line that a person types, without spaces around it; "" at the end.
  static func line() -> String {
    var bytes: [UInt8] = []
    guard let file = try? OpenFile.standardInput() else { return "" }  // then nobody answers
    withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { room in
      while bytes.count < 4096, (try? file.read(into: room)) == 1, room[0] != 0x0A {
        bytes.append(room[0])
      }
    }
    return String(
      String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        .joined(separator: " "))
  }

  /// Calls `body` with each line as soon as it is there, without its line feed.
  static func forEachLine(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
    let file = try OpenFile.standardInput()
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { room.deallocate() }
    var pending: [UInt8] = []
    while true {
      let count = try file.read(into: room)
      if count == 0 { break }
      var unread = room[..<count]
      while let end = unread.firstIndex(of: 0x0A) {
        pending.append(contentsOf: unread[..<end])
        try body(pending[...])
        pending.removeAll(keepingCapacity: true)
        unread = unread[(end + 1)...]
      }
      pending.append(contentsOf: unread)
    }
    if !pending.isEmpty { try body(pending[...]) }
  }
}
