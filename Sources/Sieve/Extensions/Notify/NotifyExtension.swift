extension SieveExtension {
    /// What enotify was before RFC 5435 (draft-ietf-sieve-notify-00).
    static var notify: SieveExtension {
        SieveExtension("notify", conflicts: ["enotify"]) { language in
            language.add(command: DraftNotifyCommand.self)
            language.add(command: DenotifyCommand.self)
        }
    }
}
