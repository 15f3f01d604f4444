using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>The Order service's reports about a period's money, with the same known figures for every period.</summary>
internal static class ManagementReports
{
    /// <summary>Answers with one of the reports of a period.</summary>
    public static Task AnswerAsync(HttpContext context)
    {
        var (from, to) = (context.Request.Query["from"].ToString(), context.Request.Query["to"].ToString());
        var period = $"\"from\":\"{from}\",\"to\":\"{to}\"";
        return Pizzeria.JsonAsync(
            context,
            context.Request.Path.Value switch
            {
                "/api/reports/takings" => $"{{{period},{Takings}}}",
                "/api/reports/late" => $"{{{period},{Late}}}",
                _ => $"{{{period},{Hours}}}",
            }
        );
    }

    private const string Takings = """
        "currency":"USD","net":940.50,"cash":400.00,"card":600.50,"refunds":60.00,"deliveryFees":22.50,
        "tax":{"percent":10,"amount":85.50},"cashDue":33.78,
        "cashFrom":[{"id":"id-dario","name":"Dario","orders":7,"amount":300.00},{"id":null,"name":null,"orders":3,"amount":100.00}],
        "summary":{"orders":31,"delivered":24,"cancelled":2,"revenue":1100.00,"averageOrderValue":37.93,"averageCookMinutes":4.5,
          "averageDeliveryMinutes":11.0,
          "promise":{"orders":24,"kept":22,"keptPercent":91.7,"averagePromisedMinutes":32.0,"averageActualMinutes":28.0}},
        "states":{"pending":0,"confirmed":1,"cooking":2,"ready":0,"delivering":2,"delivered":24,"cancelled":2},
        "lateOrders":2,"averageLateMinutes":9.5
        """;

    private const string Late = """
        "items":[
          {"id":"7f3a9cffffff","number":47,"customerName":"Anna <b>","status":"delivered","promisedAt":"2026-11-22T20:10:00Z",
           "inHandAt":"2026-11-22T20:24:00Z","minutesLate":14},
          {"id":"aaaaaa1","number":null,"customerName":"Bruno","status":"delivering","promisedAt":"2026-11-22T20:30:00Z",
           "inHandAt":null,"minutesLate":5}],
        "more":false
        """;

    private const string Hours = """
        "currency":"USD","items":[{"hour":4,"orders":0,"revenue":0.00},{"hour":18,"orders":4,"revenue":120.00},
          {"hour":19,"orders":10,"revenue":300.00},{"hour":20,"orders":8,"revenue":350.00},{"hour":3,"orders":0,"revenue":0.00}]
        """;
}
