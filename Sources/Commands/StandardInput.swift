import Machine

/// Standard input, whole.
enum StandardInput {
  static func bytes() -> [UInt8] {
    (try? Files.read("/dev/stdin")) ?? []  // nothing to read is an empty text
  }

  static func text() -> String { String(decoding: bytes(), as: UTF8.self) }
}
