import Glibc
import Synchronization

/// Tells which files change below some folders, by inotify(7).
///
/// Folders that come into being below a watched one are watched at once, and what they hold already
/// counts as changed; a folder that is watched but not there is waited for. Where the kernel's queue
/// overflows, everything counts as changed. Used by one thread, but `wake` by any.
public final class FileWatch {
  /// What is watched.
  public struct Place: Sendable, Hashable {
    /// The folder, as an absolute path.
    public var folder: String
    /// Whether the folders in it are watched too.
    public var isRecursive: Bool
    /// Whether every write counts, as for files that stay open; else a file counts when it is closed.
    public var countsEveryWrite: Bool

    /// Names a place.
    public init(_ folder: String, isRecursive: Bool = true, countsEveryWrite: Bool = false) {
      self.folder = folder
      self.isRecursive = isRecursive
      self.countsEveryWrite = countsEveryWrite
    }
  }

  /// What was seen while waiting.
  public enum Change: Sendable, Equatable {
    /// Nothing.
    case none
    /// Files that were written, came or went, as absolute paths.
    case files(Set<String>)
    /// More than the kernel could keep: look at everything.
    case everything
  }

  private struct Watched {
    var folder: String
    var place: Place
  }

  private let descriptor: Int32
  /// Both ends of the pipe that ends a wait.
  private let bell: Int32
  private let hammer: Int32
  private let places: [Place]
  private var watched: [Int32: Watched] = [:]
  private var seen: Set<String> = []
  private var hasOverflown = false

  /// Begins to watch.
  ///
  /// - Throws: `MachineError`, with `ENOSPC` where this machine lets nobody watch so many folders.
  public init(_ places: [Place]) throws(MachineError) {
    self.places = places
    descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    var ends: [Int32] = [-1, -1]
    let result = pipe(&ends)
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (bell, hammer) = (ends[0], ends[1])
    guard descriptor >= 0, result == 0 else { throw .last("watch", "files") }
    for place in places { try add(place) }
  }

  deinit {
    close(descriptor)
    close(bell)
    close(hammer)
  }

  /// Ends a wait at once, from any thread.
  public var wake: @Sendable () -> Void {
    let hammer = hammer
    return {
      var one: UInt8 = 1
      _ = write(hammer, &one, 1)
    }
  }

  /// Waits for changes, and then until there have been none for `quiet` milliseconds, but no longer
  /// than `patience` after the first: a program that saves a file touches it more than once.
  ///
  /// - Returns: what changed; `.none` when `milliseconds` have passed, `wake` was called, or a signal came
  ///   that `Signals` collects.
  public func wait(milliseconds: Int, quiet: Int = 8, patience: Int = 60) throws(MachineError)
    -> Change
  {
    try poll(milliseconds)
    guard !seen.isEmpty || hasOverflown else { return .none }
    let limit = SystemTime.monotonicSeconds + Double(patience) / 1000
    while SystemTime.monotonicSeconds < limit, try poll(quiet) {}
    defer {
      seen = []
      hasOverflown = false
    }
    return hasOverflown ? .everything : .files(seen)
  }

  /// Waits for events and reads them; whether there were any.
  @discardableResult
  private func poll(_ milliseconds: Int) throws(MachineError) -> Bool {
    var waiting = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
      pollfd(fd: Signals.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    let ready = Glibc.poll(&waiting, nfds_t(waiting.count), Int32(clamping: milliseconds))
    guard ready > 0 else { return false }
    if waiting[1].revents != 0 {
      var rings = [UInt8](repeating: 0, count: 64)
      _ = read(bell, &rings, rings.count)
    }
    guard waiting[0].revents != 0 else { return false }
    return try readEvents()
  }

  private func readEvents() throws(MachineError) -> Bool {
    var room = [UInt8](repeating: 0, count: 1 << 16)
    var found = false
    while true {
      let count = read(descriptor, &room, room.count)
      guard count > 0 else { return found }
      found = true
      var offset = 0
      let header = MemoryLayout<inotify_event>.size
      while offset + header <= count {
        let event = room.withUnsafeBytes {
          $0.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
        }
        let name = room[(offset + header)..<(offset + header + Int(event.len))].prefix { $0 != 0 }
        try take(event.wd, event.mask, String(decoding: name, as: UTF8.self))
        offset += header + Int(event.len)
      }
    }
  }

  private func take(_ number: Int32, _ mask: UInt32, _ name: String) throws(MachineError) {
    if mask & Mask.overflow != 0 {
      hasOverflown = true
      // Folders may have come that nobody told of.
      for place in places { try add(place) }
      return
    }
    if mask & Mask.forgotten != 0 {
      watched[number] = nil
      return
    }
    guard let watch = watched[number], !name.isEmpty else { return }
    let path = "\(watch.folder)/\(name)"
    let isFolder = mask & Mask.isFolder != 0
    let came = mask & (Mask.created | Mask.movedHere) != 0
    if isFolder {
      if mask & Mask.movedAway != 0 { forget(below: path) }
      for place in places where came && (place.folder == path || isAbove(path, place)) {
        try add(place, counting: true)
      }
      if watch.place.isRecursive, watch.folder.hasPrefix(watch.place.folder), isInside(watch) {
        if came { try add(path, watch.place, counting: true) }
        seen.insert(path)
      }
      return
    }
    guard isInside(watch) else { return }
    // A file that was made is written next; one that is only linked or made empty is not closed.
    seen.insert(path)
  }

  /// Whether a watch is for its place itself, not for the folder in which the place is waited for.
  private func isInside(_ watch: Watched) -> Bool {
    watch.folder == watch.place.folder || watch.folder.hasPrefix("\(watch.place.folder)/")
  }

  private func isAbove(_ path: String, _ place: Place) -> Bool {
    place.folder.hasPrefix("\(path)/")
  }

  private func forget(below path: String) {
    for (number, watch) in watched
    where watch.folder == path || watch.folder.hasPrefix("\(path)/") {
      inotify_rm_watch(descriptor, number)
      watched[number] = nil
    }
  }

  private func add(_ place: Place, counting: Bool = false) throws(MachineError) {
    if Files.isFolder(place.folder) {
      try add(place.folder, place, counting: counting)
    }
    // To see it come, or come again.
    var above = Path.folder(of: place.folder)
    while !Files.isFolder(above), above != "/" { above = Path.folder(of: above) }
    let isWatched = watched.values.contains { $0.folder == above && isInside($0) }
    if !isWatched { try watch(above, place) }
  }

  private func add(_ folder: String, _ place: Place, counting: Bool) throws(MachineError) {
    guard try watch(folder, place), place.isRecursive || counting else { return }
    // A folder that went meanwhile holds nothing.
    for name in (try? Files.list(folder)) ?? [] {
      let path = "\(folder)/\(name)"
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        if place.isRecursive { try add(path, place, counting: counting) }
      } else if counting {
        seen.insert(path)
      }
    }
  }

  /// Watches one folder; false where it is not there.
  @discardableResult
  private func watch(_ folder: String, _ place: Place) throws(MachineError) -> Bool {
    let mask = place.countsEveryWrite ? Mask.wanted | Mask.modified : Mask.wanted
    let number = inotify_add_watch(descriptor, folder, mask)
    guard number >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return false }
      if errno == ENOSPC {
        throw MachineError(
          call: "watch", subject: folder, number: ENOSPC,
          reason: "this machine watches no more folders; raise fs.inotify.max_user_watches")
      }
      throw .last("watch", folder)
    }
    // One folder may be watched for two reasons: the one that is for itself counts.
    if let known = watched[number], isInside(known) { return true }
    watched[number] = Watched(folder: folder, place: place)
    return true
  }

  /// Bits of events, from inotify(7).
  private enum Mask {
    static let modified = UInt32(IN_MODIFY)
    static let movedAway = UInt32(IN_MOVED_FROM)
    static let movedHere = UInt32(IN_MOVED_TO)
    static let created = UInt32(IN_CREATE)
    static let overflow = UInt32(IN_Q_OVERFLOW)
    static let forgotten = UInt32(IN_IGNORED)
    static let isFolder = UInt32(IN_ISDIR)
    static let wanted =
      UInt32(IN_CLOSE_WRITE) | movedAway | movedHere | created | UInt32(IN_DELETE)
      | UInt32(IN_ONLYDIR) | UInt32(IN_EXCL_UNLINK)
  }
}
