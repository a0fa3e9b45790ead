public import Bytes
import CGlue
import Synchronization

/// Gives random bytes.
public protocol RandomSource: Sendable {
  /// That many random bytes.
  func bytes(_ count: Int) -> [UInt8]
}

/// The kernel's generator, fit for tokens and keys.
public struct SystemRandom: RandomSource {
  /// Makes the source.
  public init() {}

  /// Random bytes from getrandom(2).
  public func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { room, filled in
      let result = glue_random(room.baseAddress, count)
      precondition(result == 0, "the kernel gives random bytes")
      filled = count
    }
  }
}

/// SplitMix64 from a seed: the same bytes each time, for tests and generated data.
public final class SeededRandom: RandomSource {
  private let state: Mutex<UInt64>

  /// Makes a source that depends on `seed` alone.
  public init(seed: UInt64) { state = Mutex(seed) }

  /// The next 64 bits.
  public func next() -> UInt64 {
    state.withLock { state in
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  /// A number in `0 ..< bound`.
  public func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

  /// The next bytes.
  public func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}

extension RandomSource {
  /// An id that sorts by time: 48 bits of milliseconds and 80 random bits in Crockford's base 32,
  /// 26 characters (the ULID layout).
  public func sortableID(at instant: Instant) -> String {
    let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    let milliseconds = UInt64(max(instant.microseconds / 1000, 0))
    var buffer = ByteBuffer(capacity: 26)
    for shift in stride(from: 45, through: 0, by: -5) {
      buffer.append(alphabet[Int(milliseconds >> UInt64(shift)) & 31])
    }
    for byte in bytes(16) { buffer.append(alphabet[Int(byte) & 31]) }
    return buffer.string
  }
}
