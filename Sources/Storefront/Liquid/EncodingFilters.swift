import Bytes
import Liquid

/// Filters that write digests and addresses.
enum EncodingFilters {
  static func add(to dialect: inout Dialect) {
    let digests: [(String, MessageDigest)] = [
      ("md5", .md5), ("sha1", .sha1), ("sha256", .sha256),
    ]
    for (name, digest) in digests {
      dialect.addFilter(name, arity: 0...0) { context, input, _ throws(LiquidError) in
        context.text(digest.hex(of: context.bytes(of: input)))
      }
    }
    for (name, digest) in [("hmac_sha1", MessageDigest.sha1), ("hmac_sha256", .sha256)] {
      dialect.addFilter(name, arity: 1...1) { context, input, arguments throws(LiquidError) in
        let key = context.bytes(of: arguments[0])
        return context.text(digest.hmac(of: context.bytes(of: input), key: key))
      }
    }
    dialect.addFilter("blake3", arity: 0...0) { context, input, _ throws(LiquidError) in
      context.text(Blake3.hex(of: context.bytes(of: input)))
    }
    for (name, escapesAmpersand) in [("url_escape", false), ("url_param_escape", true)] {
      dialect.addFilter(name, arity: 0...0) { context, input, _ throws(LiquidError) in
        guard !input.isNull else { return .null }
        let bytes = context.bytes(of: input)
        return try context.build { escape(bytes, escapesAmpersand, into: &$0) }
      }
    }
  }

  /// Percent-encodes what may not stand in an address; what has a meaning there stays.
  private static func escape(
    _ bytes: UnsafeRawBufferPointer, _ escapesAmpersand: Bool, into buffer: inout ByteBuffer
  ) {
    for byte in bytes {
      let isLetterOrDigit =
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5A)
        || (byte >= 0x61 && byte <= 0x7A)
      let isKept =
        isLetterOrDigit || ("-_.!~*'();/?:@=+$,[]".utf8.contains(byte))
        || (byte == 0x26 && !escapesAmpersand)
      if isKept {
        buffer.append(byte)
      } else {
        buffer.append("%")
        for digit in [byte >> 4, byte & 15] {
          buffer.append(digit < 10 ? 48 + digit : 55 + digit)
        }
      }
    }
  }
}
