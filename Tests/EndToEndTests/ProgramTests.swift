import Testing

@Suite("The program")
struct ProgramTests {}
