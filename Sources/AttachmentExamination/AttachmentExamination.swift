import ContentChecks
import FileFormats
import MailMessage
import Platform
