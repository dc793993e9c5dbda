extension SieveExtension {
    /// Notifications (RFC 5435), by mail (RFC 5436).
    static var enotify: SieveExtension {
        SieveExtension("enotify") { language in
            language.add(command: NotifyCommand.self)
            language.add(test: ValidNotifyMethodTest.self)
            language.add(test: NotifyMethodCapabilityTest.self)
            language.add(setModifier: EncodeURLModifier.self)
        }
    }
}
