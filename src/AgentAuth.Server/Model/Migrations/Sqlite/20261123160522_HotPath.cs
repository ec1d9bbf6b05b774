using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace AgentAuth.Server.Model.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class HotPath : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Tokens_ApplicationId_Status_Subject_Type",
                table: "Tokens");

            migrationBuilder.CreateTable(
                name: "CatalogChanges",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    At = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CatalogChanges", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Tokens_ApplicationId",
                table: "Tokens",
                column: "ApplicationId");

            migrationBuilder.CreateIndex(
                name: "IX_Revocations_Value",
                table: "Revocations",
                column: "Value");

            migrationBuilder.CreateIndex(
                name: "IX_CatalogChanges_At",
                table: "CatalogChanges",
                column: "At");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "CatalogChanges");

            migrationBuilder.DropIndex(
                name: "IX_Tokens_ApplicationId",
                table: "Tokens");

            migrationBuilder.DropIndex(
                name: "IX_Revocations_Value",
                table: "Revocations");

            migrationBuilder.CreateIndex(
                name: "IX_Tokens_ApplicationId_Status_Subject_Type",
                table: "Tokens",
                columns: new[] { "ApplicationId", "Status", "Subject", "Type" });
        }
    }
}
