import Commands

exit(code: run(CommandLine.arguments))
