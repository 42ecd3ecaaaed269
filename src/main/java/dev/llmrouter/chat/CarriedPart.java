package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.chat.Dialect.Name;
import java.util.List;
import java.util.Locale;

/** Tells which pieces of messages another dialect has no word for. */
final class CarriedPart {
    private CarriedPart() {}

    /**
     * @param role who says it: a dialect may have a word for an image of the user's, and none for one of the assistant's
     * @param where names the message in the reasons
     * @param source the dialect of the request
     */
    static void check(Part part, Role role, String where, Name source, Name target, List<String> reasons) {
        if (hasNoPlace(part, role, target)) {
            reasons.add(where + " has " + named(part) + " in the role "
                    + role.name().toLowerCase(Locale.ROOT) + ", where " + target + " takes text");
            return;
        }
        if (part instanceof Part.Opaque opaque && opaque.dialect() != target) {
            JsonNode type = opaque.json().path("type");
            String named = type.isTextual() ? " of type '" + Scrubbed.name(type.textValue()) + "'" : "";
            reasons.add(where + " has a piece" + named + " that " + target + " does not have");
        } else if (part instanceof Part.Reasoning thought && thought.signature() != null) {
            reasons.add(where + " has signed reasoning, which only its own provider takes");
        } else if (part instanceof Part.Audio && (target == Name.ANTHROPIC || target == Name.RESPONSES)) {
            reasons.add(where + " has audio, which " + target + " does not take");
        } else if (part instanceof Part.Audio audio && audio.base64() == null) {
            reasons.add(where + " has audio by URL, which " + target + " does not fetch");
        } else if (part instanceof Part.Image image) {
            image(image, where, target, reasons);
        } else if (part instanceof Part.Document document) {
            document(document, where, source, target, reasons);
        } else if (part instanceof Part.ToolCall call && target != Name.OPENAI && target != Name.RESPONSES) {
            if (!call.arguments().isBlank() && Json.objectOrNull(call.arguments()) == null) {
                reasons.add(
                        where + " has a tool call whose arguments are not a JSON object, as " + target + " demands");
            }
        } else if (part instanceof Part.ToolResult result) {
            for (Part inner : result.content()) {
                if (!(inner instanceof Part.Text) && target != Name.ANTHROPIC && target != Name.RESPONSES) {
                    reasons.add(where + " has a tool result that is not text, which " + target + " does not take");
                } else {
                    check(inner, role, where, source, target, reasons);
                }
            }
        }
    }

    /** Whether the role can say the piece in no way there, as far as it is one that others can say. */
    private static boolean hasNoPlace(Part part, Role role, Name target) {
        if (role == Role.SYSTEM && (target == Name.ANTHROPIC || target == Name.GEMINI)) {
            return !(part instanceof Part.Text) && !(part instanceof Part.Opaque);
        }
        return role == Role.ASSISTANT && isOpenAis(target) && isMedia(part);
    }

    private static boolean isMedia(Part part) {
        return part instanceof Part.Image || part instanceof Part.Document || part instanceof Part.Audio;
    }

    private static String named(Part part) {
        return part instanceof Part.Image
                ? "an image"
                : part instanceof Part.Document
                        ? "a document"
                        : part instanceof Part.Audio ? "audio" : "a piece that is not text";
    }

    private static void image(Part.Image image, String where, Name target, List<String> reasons) {
        String url = image.url();
        if (target == Name.GEMINI && url != null) {
            reasons.add(where + " has an image by URL, which GEMINI does not fetch");
        } else if (url != null && DataUrl.isMeant(url)) {
            reasons.add(where + " has an image in a data URL that is not base64");
        }
    }

    private static boolean isOpenAis(Name dialect) {
        return dialect == Name.OPENAI || dialect == Name.RESPONSES;
    }

    private static boolean fetches(Name target) {
        return target == Name.ANTHROPIC || target == Name.RESPONSES;
    }

    private static void document(Part.Document document, String where, Name source, Name target, List<String> reasons) {
        if (document.fileId() != null && isOpenAis(source) && isOpenAis(target)) {
            return; // both mean files that lie at OpenAI
        }
        if (document.fileId() != null) {
            reasons.add(where + " names a file that lies at another provider");
        } else if (document.base64() == null && !(fetches(target) && document.url() != null)) {
            reasons.add(where + " has a document by URL, which " + target + " does not fetch");
        } else if (document.base64() != null && document.mediaType() != null) {
            type(MediaType.parse(document.mediaType()), where, target, reasons);
        }
    }

    private static void type(MediaType type, String where, Name target, List<String> reasons) {
        boolean plain = type.type().equals(MediaType.PLAIN);
        if (target == Name.ANTHROPIC && !plain && !type.type().equals(MediaType.PDF)) {
            reasons.add(where + " has a document that is neither PDF nor plain text, as ANTHROPIC takes them");
        } else if (!isOpenAis(target) && type.characters() == null) {
            reasons.add(where + " has a document in a character set that is not known here, and " + target
                    + " takes UTF-8");
        }
    }
}
