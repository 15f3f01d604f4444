using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>A customer's notifications: the unread ones first, the others folded.</summary>
public sealed class NotificationPageTests : IAsyncLifetime
{
    private const int Unread = 3;
    private const int All = 12;

    private Replica _order = null!;
    private GatewayProcess _gateway = null!;
    private PageVisitor _visitor = null!;

    public async Task InitializeAsync()
    {
        _order = await Pizzeria.OrderAsync(AnswerAsync);
        _gateway = GatewayProcess.Before("order", _order).Started();
        _visitor = _gateway.Visitor();
        await _visitor.SignInAsync("anna");
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task The_newest_and_the_unread_are_shown_and_the_others_are_folded()
    {
        var page = await _visitor.GetAsync("/notifications");

        var folded = page.Html[page.Html.IndexOf("<details class=\"older-news\"", StringComparison.Ordinal)..];
        folded.ShouldContain("Older news (6)");
        folded.ShouldNotContain("class=\"unread\"");
        page.Html.ShouldContain("Mark all as read");
    }

    [Fact]
    public async Task How_many_are_unread_is_answered_as_a_number()
    {
        var count = await _visitor.GetAsync("/notifications?handler=unread");

        count.Html.ShouldBe("3");
        (await _visitor.GetAsync("/notifications")).Html.ShouldContain("data-unread");
    }

    [Fact]
    public async Task All_are_marked_as_read_at_once()
    {
        await _visitor.GetAsync("/notifications");

        var marked = await _visitor.SendAsync("/notifications?handler=readall");

        (marked.Status, marked.Location).ShouldBe((HttpStatusCode.SeeOther, "/notifications"));
        _order
            .Seen.Where(seen => seen.StartsWith("POST /api/notifications/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ShouldBe(["POST /api/notifications/n0/read", "POST /api/notifications/n1/read", "POST /api/notifications/n11/read"]);
    }

    // The first two and the last are unread.
    private static Task AnswerAsync(HttpContext context)
    {
        var notifications = Enumerable.Range(0, All).Select(at => Notification(at, at is < Unread - 1 or All - 1)).ToList();
        return (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", "/api/notifications") => Pizzeria.JsonAsync(context, JsonSerializer.Serialize(new { items = notifications })),
            ("POST", _) => Pizzeria.JsonAsync(context, JsonSerializer.Serialize(notifications[0])),
            _ => Pizzeria.NotFoundAsync(context),
        };
    }

    private static object Notification(int at, bool isUnread) =>
        new
        {
            id = $"n{at}",
            orderId = "00a1ff-order",
            type = "order_ready",
            title = "Ready",
            message = "It is ready.",
            status = isUnread ? "unread" : "read",
            createdAt = DateTimeOffset.UnixEpoch,
        };
}
