package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.report.page.ContentSecurity;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The dashboard and the policy's documentation as people see them, in Chromium where it is installed. */
@Tag("once")
class DashboardTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    @SuppressWarnings("NullAway.Init")
    private static RunningGateway gateway;

    private static String firstRequest = "";

    @BeforeAll
    static void sendSomeRequests() throws Exception {
        gateway = RunningGateway.start();
        assertThat(gateway.get("/").body())
                .contains("No requests in the last 24 hours")
                .doesNotContain("Recent decisions");
        for (int i = 0; i < 12; i++) {
            firstRequest = ask("Summarise in two sentences: It rains. It snows. Number " + i + ".");
        }
        for (int i = 0; i < 5; i++) {
            ask("Classify this ticket as billing, technical or general: my invoice " + i + " is wrong.");
            ask("Compare these two contracts clause by clause and assess the risk: A" + i + " and B.");
            ask("Tell me about the stars, number " + i);
        }
        gateway.post("/v1/feedback", "{\"request_id\":\"" + firstRequest + "\",\"useful\":true}");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(gateway.get("/?window=1h").body())
                        .contains("<h2>Requests</h2><b>27</b>")
                        .contains("1 judged"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String ask(String text) throws Exception {
        HttpResponse<String> answer = gateway.post(
                "/v1/chat/completions",
                JSON.writeValueAsString(
                        Map.of("model", "auto", "messages", List.of(Map.of("role", "user", "content", text)))));
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.headers().firstValue("x-llm-request-id").orElseThrow();
    }

    private static ChromeDriver browser(String... arguments) {
        Path chromium = Path.of("/usr/bin/chromium");
        Path driver = Path.of("/usr/bin/chromedriver");
        Assumptions.assumeTrue(
                Files.isExecutable(chromium) && Files.isExecutable(driver),
                "Chromium and its driver are not installed");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1300,1800");
        options.addArguments(arguments);
        options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL", "performance", "ALL"));
        return new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver.toFile())
                        .build(),
                options);
    }

    private static void screenshot(ChromeDriver browser, String name) throws Exception {
        Files.createDirectories(SCREENSHOTS);
        Files.write(SCREENSHOTS.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    }

    /** Requests that the page made, by the browser's own log. */
    private static List<String> asked(ChromeDriver browser) throws Exception {
        List<String> addresses = new java.util.ArrayList<>();
        for (var entry : browser.manage().logs().get("performance")) {
            JsonNode message = JSON.readTree(entry.getMessage()).path("message");
            if (message.path("method").asText().equals("Network.requestWillBeSent")) {
                addresses.add(message.at("/params/request/url").asText());
            }
        }
        return addresses;
    }

    @Test
    void showsWhatWasRoutedAndKeepsItselfUpToDate() throws Exception {
        ChromeDriver browser = browser();
        try {
            gateway.post(
                    "/v1/chat/completions",
                    "{\"model\":\"nope\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"); // refused: it cost
            // nothing
            browser.get(gateway.url() + "/?window=1h");
            screenshot(browser, "dashboard");
            String text = browser.findElement(By.tagName("body")).getText();
            assertThat(text)
                    .contains("Saved")
                    .doesNotContain("not known on both sides")
                    .contains("built-in simulator")
                    .contains("Where requests go")
                    .contains("short-summary")
                    .contains("unclassified")
                    .contains("gpt-4o-mini")
                    .contains("Recent decisions");
            int requests = requests(browser);
            ask("Summarise in two sentences: one more.");
            await().atMost(Duration.ofSeconds(20))
                    .ignoreException(StaleElementReferenceException.class) // the figures were just replaced
                    .untilAsserted(() -> assertThat(requests(browser)).isGreaterThan(requests));
            assertThat(asked(browser))
                    .isNotEmpty()
                    .allSatisfy(address -> assertThat(address).startsWith(gateway.url()));
            assertThat(browser.manage().logs().get("browser").getAll())
                    .filteredOn(entry -> !entry.getMessage().contains("favicon"))
                    .isEmpty();
        } finally {
            browser.quit();
        }
    }

    private static int requests(ChromeDriver browser) {
        return Integer.parseInt(browser.findElement(By.xpath("//section[h2='Requests']/b"))
                .getText()
                .replace(",", ""));
    }

    @Test
    void isFilteredByTaskAndReadWithTheKeyboardAlone() throws Exception {
        ChromeDriver browser = browser();
        try {
            browser.get(gateway.url() + "/?window=1h");
            browser.findElement(By.cssSelector("select[name=task] option[value=classification]"))
                    .click();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> browser.getCurrentUrl().contains("task=classification"));
            await().atMost(Duration.ofSeconds(10))
                    .ignoreException(StaleElementReferenceException.class)
                    .until(() -> requests(browser) == 5);
            var summary = browser.findElement(By.cssSelector("details[id^=d-] summary"));
            String id = browser.findElement(By.cssSelector("details[id^=d-]")).getAttribute("id");
            browser.executeScript("arguments[0].focus()", summary);
            browser.switchTo().activeElement().sendKeys(Keys.ENTER);
            assertThat(browser.findElement(By.id(String.valueOf(id))).getText()).contains("request req_");
            await().atMost(Duration.ofSeconds(10)) // what is read is not taken away, and the page says so
                    .until(() -> browser.findElement(By.id("state")).getText().equals("waits while you read"));
            screenshot(browser, "dashboard-task");
        } finally {
            browser.quit();
        }
    }

    /** An arrow key on a select changes it at each press: nothing may move before the reader asks for it. */
    @Test
    void aChoiceByKeyWaitsForShowAndEveryPartHasAName() throws Exception {
        ChromeDriver browser = browser();
        try {
            browser.get(gateway.url() + "/?window=1h");
            browser.executeScript("document.querySelector('select[name=window]').focus()");
            browser.switchTo().activeElement().sendKeys(Keys.ARROW_DOWN);
            Thread.sleep(500); // what must not happen cannot be waited for
            assertThat(browser.getCurrentUrl()).endsWith("/?window=1h");
            assertThat(browser.switchTo().activeElement().getAttribute("name")).isEqualTo("window");
            assertThat(browser.switchTo().activeElement().getAttribute("value")).isEqualTo("24h");
            browser.findElement(By.cssSelector("form button")).sendKeys(Keys.ENTER);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> browser.getCurrentUrl().contains("window=24h"));

            assertThat(browser.findElement(By.id("live")).getAccessibleName()).isEqualTo("Live");
            assertThat(
                            browser.executeScript(
                                    "return [...document.querySelectorAll('tbody tr')].filter(row => !row.querySelector('th[scope=row]')).length"))
                    .as("rows without a header")
                    .isEqualTo(0L);
            var figures = browser.findElement(By.id("cost-figures"));
            figures.findElement(By.tagName("summary")).sendKeys(Keys.ENTER);
            assertThat(figures.getText())
                    .contains("All of it at the baseline tier")
                    .containsPattern("\\d\\d:\\d\\d \\d+ ");
            screenshot(browser, "dashboard-figures");
        } finally {
            browser.quit();
        }
    }

    @Test
    void fitsAPhoneAndTheDark() throws Exception {
        ChromeDriver browser = browser("--blink-settings=preferredColorScheme=0");
        try {
            browser.manage().window().setSize(new Dimension(500, 1600));
            browser.get(gateway.url() + "/?window=1h");
            screenshot(browser, "dashboard-phone");
            assertThat(browser.executeScript(
                            "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                    .isEqualTo(true);
            browser.get(gateway.url() + "/policy");
            screenshot(browser, "policy-phone");
            assertThat(browser.executeScript("""
                    const cell = [...document.querySelectorAll('td')].find(td => td.textContent === 'classification');
                    const text = document.createRange();
                    text.selectNodeContents(cell);
                    return text.getClientRects().length"""))
                    .as("lines that a task's name is broken into")
                    .isEqualTo(1L);
            assertThat(browser.executeScript(
                            "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                    .isEqualTo(true);
        } finally {
            browser.quit();
        }
    }

    @Test
    void needsNoScrollingSidewaysWhereThereIsRoomAndOnlyWithinItsTablesWhereThereIsNone() throws Exception {
        ChromeDriver browser = browser();
        try {
            for (String scheme : List.of("light", "dark")) {
                browser.executeCdpCommand(
                        "Emulation.setEmulatedMedia",
                        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
                for (int width : List.of(390, 700, 1000, 1100, 1440)) {
                    browser.executeCdpCommand(
                            "Emulation.setDeviceMetricsOverride",
                            Map.of("width", width, "height", 3000, "deviceScaleFactor", 1, "mobile", false));
                    browser.get(gateway.url() + "/?window=1h");
                    assertThat(
                                    browser.executeScript(
                                            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                            .as("what the page is too wide by at " + width)
                            .isEqualTo(0L);
                    assertThat(browser.executeScript("""
                            return [...document.querySelectorAll('.scroll, .plot')]
                                .filter(box => box.scrollWidth > box.clientWidth)
                                .map(box => box.closest('section').querySelector('h2').textContent)"""))
                            .as("what scrolls at " + width)
                            .asInstanceOf(InstanceOfAssertFactories.LIST)
                            .satisfies(scrolling -> {
                                if (width >= 1000) {
                                    assertThat(scrolling).isEmpty();
                                } else {
                                    assertThat(scrolling).isNotEmpty();
                                }
                            });
                }
            }
        } finally {
            browser.quit();
        }
    }

    @Test
    void documentsThePolicyInForce() throws Exception {
        HttpResponse<String> page = gateway.get("/policy");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        String style = page.body().replaceAll("(?s).*<style>(.*)</style>.*", "$1");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", ContentSecurity.hash(style), "frame-ancestors 'none'");
        assertThat(page.body()).doesNotContain(" style=", "<script");
        assertThat(page.body())
                .contains("<h1>Routing of LLM requests</h1>", "<a href=\"/\">Dashboard</a>")
                .contains("short-summary")
                .contains("claude-haiku-4-5")
                .contains("missing: served all the same");
    }

    @Test
    void takesNothingFromItsAddressThatItDoesNotKnow() throws Exception {
        HttpResponse<String> page =
                gateway.get("/?window=%22%3E%3Cscript%3E&task=%3Cscript%3Ealert(1)%3C/script%3E&caller=%27%20OR%201=1");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).doesNotContain("<script>alert").contains("&lt;script&gt;alert(1)");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'")
                .doesNotContain("unsafe");
    }
}
