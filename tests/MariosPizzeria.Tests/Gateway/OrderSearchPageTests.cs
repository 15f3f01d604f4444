using System.Net;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Search of orders by number, and failed messages, as staff see them.</summary>
public sealed class OrderSearchPageTests : IAsyncLifetime
{
    private ManagementServices _services = null!;

    public async Task InitializeAsync() => _services = await ManagementServices.StartAsync();

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Theory]
    [InlineData("7f3a9c")]
    [InlineData("7F3A9C")]
    [InlineData("#7F3A9C")]
    [InlineData(" 7f3a9cffff ")]
    public async Task The_printed_number_finds_the_order(string number)
    {
        using var manager = await _services.ManagerAsync();

        var story = await manager.GetAsync($"/system?order={Uri.EscapeDataString(number)}");
        var orders = await manager.GetAsync($"/orders?q={Uri.EscapeDataString(number)}");

        story.Html.ShouldContain("Order placed");
        story.Html.ShouldContain("<time datetime=\"2026-11-22T18:00:00Z\">Nov 22, 18:00:00.000</time>");
        story.Html.ShouldContain("<dd title=\"id-anna\">Anna Rossi</dd>");
        story.Html.ShouldContain("href=\"/orders/7f3a9cffffff\"");
        orders.Html.ShouldContain("href=\"/orders/7f3a9cffffff#story\"");
        orders.Html.ShouldContain("#7F3A9C");
    }

    [Fact]
    public async Task A_number_of_several_orders_shows_them_and_one_that_is_none_says_so()
    {
        using var manager = await _services.ManagerAsync();

        var several = await manager.GetAsync("/system?order=aaaaaa");
        var none = await manager.GetAsync("/orders?q=bbbbbb");
        var refused = await manager.GetAsync($"/orders?q={new string('7', 101)}");

        several.Html.ShouldContain("href=\"/system?order=aaaaaa1#story\"");
        several.Html.ShouldContain("href=\"/system?order=aaaaaa2#story\"");
        none.Html.ShouldContain("No order that you may see is found by this");
        refused.Html.ShouldContain("id=\"wrong-q\"");
        refused.Html.ShouldContain($"name=\"q\" value=\"{new string('7', 101)}\"");
    }

    [Fact]
    public async Task A_number_longer_than_any_orders_is_nobodys()
    {
        using var manager = await _services.ManagerAsync();

        var page = await manager.GetAsync($"/system?order={new string('a', 65)}");

        page.Html.ShouldContain("There is no order of this number");
    }

    [Fact]
    public async Task A_manager_sees_what_waits_and_what_was_laid_aside_and_sends_it_again()
    {
        using var manager = await _services.ManagerAsync();

        var page = await manager.GetAsync("/system");
        var sent = await manager.SendAsync("/system?handler=sendagain", ("service", "order"));
        var next = await manager.GetAsync("/system");
        var nobody = await manager.SendAndFollowAsync("/system?handler=sendagain", ("service", "oven"));

        page.Html.ShouldContain("<dd data-figure=\"outbox\">7</dd>");
        page.Html.ShouldContain("<th scope=\"row\">order-note-order-ready</th><td>3</td><td>16</td><td>2</td>");
        page.Html.ShouldContain("2 messages that order could not handle");
        page.Html.ShouldContain("no way through");
        page.Html.ShouldContain("tried again 3 times");
        page.Html.ShouldContain("{\"orderId\":\"abc123\"}");
        page.Html.ShouldContain("The message broker (RabbitMQ) does not answer.");
        sent.Location.ShouldBe("/system#failed");
        _services.Redrives.ShouldBe(1);
        next.Html.ShouldContain("2 messages of order are on their way again.");
        nobody.Html.ShouldContain("id=\"refusal\"");
    }

    [Fact]
    public async Task Messages_are_shown_to_managers_alone_and_sent_again_by_nobody_else()
    {
        using var stranger = new PageVisitor(_services.Gateway);
        using var chef = new PageVisitor(_services.Gateway);
        await chef.SignInAsync("chef");
        await chef.GetAsync("/system");

        var seen = await stranger.GetAsync("/system");
        var asked = await stranger.SendAsync("/system?handler=sendagain", ("service", "order"));
        var refused = await chef.SendAndFollowAsync("/system?handler=sendagain", ("service", "order"));
        using var manager = await _services.ManagerAsync();
        await manager.GetAsync("/system");
        manager.Csrf = "forged";
        manager.FormHeaders.Clear();
        var forged = await manager.SendAsync("/system?handler=sendagain", ("service", "order"));

        seen.Html.ShouldContain("Sign in as a manager to see them.");
        seen.Html.ShouldNotContain("could not handle</h3>");
        asked.Location.ShouldStartWith("/signin?return=");
        refused.Html.ShouldContain("id=\"refusal\"");
        forged.Status.ShouldBe(HttpStatusCode.Forbidden);
        _services.Redrives.ShouldBe(0);
    }

    [Fact]
    public async Task In_development_anyone_sees_the_system_but_an_orders_story_only_who_has_signed_in()
    {
        using var stranger = new PageVisitor(_services.Gateway);
        using var manager = await _services.ManagerAsync();

        var seen = await stranger.GetAsync("/system?order=abc123");
        var told = await manager.GetAsync("/system?order=abc123");
        var nothing = await manager.GetAsync("/system?order=nobodys");

        seen.Status.ShouldBe(HttpStatusCode.OK);
        seen.Html.ShouldContain("Sign in to read it.");
        seen.Html.ShouldNotContain("Order placed");
        told.Html.ShouldContain("Order placed");
        told.Html.ShouldContain("Nov 22, 18:00:00.250");
        told.Html.ShouldContain("0.25 s");
        told.Html.ShouldContain("id-anna");
        told.Html.ShouldContain("4bf92f3577b34da6a3ce929d0e0e4736");
        nothing.Status.ShouldBe(HttpStatusCode.OK);
        nothing.Html.ShouldContain("There is no order of this number");
    }
}
