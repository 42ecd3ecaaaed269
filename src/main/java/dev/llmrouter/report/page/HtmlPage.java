package dev.llmrouter.report.page;

import java.util.List;

/** Writes a document as one HTML page that loads nothing and runs no script; light or dark as the reader's system is. */
public final class HtmlPage {
    private static final String STYLE = """
            :root{color-scheme:light dark;--ink:#1b1f24;--soft:#59636e;--paper:#fff;--line:#d1d9e0;--warn:#9a6700;--link:#0757b8;--pass:#1a7f37;--fail:#cf222e}
            @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--paper:#0d1117;--line:#3d444d;--warn:#d29922;--link:#6cb0ff;--pass:#3fb950;--fail:#f85149}}
            *{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);\
            max-width:64rem;margin:0 auto;padding:1rem}
            h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2.2rem;border-bottom:1px solid var(--line)}h3{font-size:1.05rem;margin-top:1.6rem}
            h4{font-size:1rem;margin-bottom:.2rem}a{color:var(--link)}
            .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
            td,th{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;overflow-wrap:break-word}
            th{color:var(--soft);font-weight:600}td.words{min-width:16rem}
            dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem;margin:.5rem 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
            @media(max-width:40rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
            .lead{font-size:1.15rem;font-weight:600}.figures td,.figures th{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
            .figures td:first-child,.figures th:first-child{text-align:left;white-space:normal;min-width:9rem;overflow-wrap:anywhere}
            pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:6px;padding:.5rem;font-size:.85rem}
            svg{width:100%;height:auto;max-width:560px}svg text{fill:var(--soft);font:12px system-ui,sans-serif}
            line{stroke:var(--soft);stroke-width:1}line.margin{stroke:var(--fail);stroke-dasharray:5 4}
            line.pass,line.fail,line.inconclusive{stroke-width:3}line.pass{stroke:var(--pass)}line.fail{stroke:var(--fail)}
            line.inconclusive{stroke:var(--warn)}circle.pass{fill:var(--pass)}circle.fail{fill:var(--fail)}circle.inconclusive{fill:var(--warn)}
            .warn{border-left:4px solid var(--warn);padding-left:.75rem;font-weight:600}
            @media print{body{max-width:none;font-size:10.5pt}table,dl,svg{break-inside:avoid}}
            """;

    /** The header {@code Content-Security-Policy} under which a page of the gateway shows, and nothing runs or loads. */
    public static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src "
            + ContentSecurity.hash("\n" + STYLE) + "; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    /** A cell of more characters than this holds a sentence, and its column keeps room for one on a phone; our choice. */
    private static final int WORDS = 40;

    private HtmlPage() {}

    /** @param title of the window */
    public static String write(String title, List<Block> blocks) {
        return write(title, "", blocks);
    }

    /** The same for a page of the gateway, from which a link leads back to its dashboard. */
    public static String writeWithWayBack(String title, List<Block> blocks) {
        return write(title, "<nav><a href=\"/\">Dashboard</a></nav>", blocks);
    }

    private static String write(String title, String nav, List<Block> blocks) {
        StringBuilder out = new StringBuilder(1 << 14);
        out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>")
                .append(Html.escape(title))
                .append("</title><style>\n")
                .append(STYLE)
                .append("</style></head><body>")
                .append(nav)
                .append("<main>\n");
        String heading = title;
        for (Block block : blocks) {
            heading = block instanceof Block.Heading here ? here.text() : heading;
            write(out, heading, block);
        }
        return out.append("</main></body></html>\n").toString();
    }

    private static void write(StringBuilder out, String under, Block block) {
        if (block instanceof Block.Heading heading) {
            element(out, "h" + heading.level(), "", heading.text());
        } else if (block instanceof Block.Paragraph paragraph) {
            element(out, "p", "", paragraph.text());
        } else if (block instanceof Block.Warning warning) {
            element(out, "p", " class=\"warn\"", warning.text());
        } else if (block instanceof Block.Items items) {
            out.append("<ul>");
            items.items().forEach(item -> element(out, "li", "", item));
            out.append("</ul>\n");
        } else if (block instanceof Block.Facts facts) {
            out.append("<dl>");
            for (List<String> row : facts.rows()) {
                element(out, "dt", "", row.get(0));
                element(out, "dd", "", row.get(1));
            }
            out.append("</dl>\n");
        } else if (block instanceof Block.Lead lead) {
            element(out, "p", " class=\"lead\"", lead.text());
        } else if (block instanceof Block.Code code) {
            element(out, "pre", "", code.text());
        } else if (block instanceof Block.Figure figure) {
            out.append(figure.svg()).append('\n');
        } else if (block instanceof Block.Table table) {
            table(out, under, "", table.header(), table.rows());
        } else if (block instanceof Block.Figures table) {
            table(out, under, " class=\"figures\"", table.header(), table.rows());
        }
    }

    private static void table(
            StringBuilder out, String heading, String attributes, List<String> header, List<List<String>> rows) {
        out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(Html.escape(heading))
                .append("\"><table")
                .append(attributes)
                .append("><thead><tr>");
        header.forEach(cell -> element(out, "th", " scope=\"col\"", cell));
        out.append("</tr></thead><tbody>");
        for (List<String> row : rows) {
            out.append("<tr>");
            row.forEach(cell -> element(out, "td", cell.length() > WORDS ? " class=\"words\"" : "", cell));
            out.append("</tr>");
        }
        out.append("</tbody></table></div>\n");
    }

    private static void element(StringBuilder out, String name, String attributes, String text) {
        out.append('<')
                .append(name)
                .append(attributes)
                .append('>')
                .append(Html.escape(text))
                .append("</")
                .append(name)
                .append('>');
    }
}
