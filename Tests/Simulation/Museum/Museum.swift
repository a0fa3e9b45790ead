import LocalMirror

/// The bug classes of other products (sync design, section 4.6), each as a switch in the engine and a
/// scene that shows it. A suite that does not find all of them would not have found them in the
/// products where they were made.
public enum Museum {
  /// All of them, by their numbers.
  public static let exhibits: [Exhibit] = (pulls + edits + pushes + files).sorted {
    $0.bug.number < $1.bug.number
  }
}
