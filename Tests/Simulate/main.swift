import Machine
import Simulation

// Runs the long columns of the simulation: see scripts/simulate.
let arguments = Arguments(CommandLine.arguments.dropFirst())
let isSound: Bool
switch arguments.words.first {
case "crashes": isSound = try Exhaustive.crashes(arguments)
case "faults": isSound = try Exhaustive.faults(arguments)
case "museum": isSound = try Columns.museum(arguments)
case "year": isSound = try Columns.year(arguments)
default: isSound = try Columns.seeds(arguments)
}
exit(isSound ? 0 : 1)
