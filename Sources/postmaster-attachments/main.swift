import ContentChecks
import Platform

/// postmaster-attachments(8): looks at the attachments of the message on standard input.
///
/// There is no handler for signals: who starts it wants to know which one ended it.
switch AttachmentsOptions.read(CommandLine.arguments) {
case .examine(let options): Program(options).run()
case .showHelp:
    let shown = StandardStream.write(Array(AttachmentsOptions.help.utf8), to: 1)
    leave(shown ? 0 : AttachmentExaminer.cannotLook)
case .unusable(let problem): Program.refuse(problem)
}
